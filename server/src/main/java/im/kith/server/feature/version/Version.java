package im.kith.server.feature.version;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Scope.SERVER;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Tag;

/// XEP-0092: Software Version of the server. The operating system stays private.
public final class Version implements Feature {

    private static final Tag QUERY = new Tag("jabber:iq:version", "query");

    private final Element version;

    public Version(String software, String version) {
        this.version = Element.build(QUERY)
                .child("name", software)
                .child("version", version)
                .build();
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("version")
                .implementing("XEP-0092", "1.1")
                .advertisingAtServer(QUERY.namespace())
                .answering(SERVER, GET, QUERY, (iq, owner) -> Reply.result(version))
                .build();
    }
}
