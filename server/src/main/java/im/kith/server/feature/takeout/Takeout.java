package im.kith.server.feature.takeout;

import static im.kith.server.feature.Manifest.Ask.GET;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import im.kith.xmpp.Timestamp;
import java.util.Objects;

/// "Download my data" (docs/protocol/account.md): a device asks for a link to its account as a document (XEP-0227).
public final class Takeout implements Feature {

    private static final Tag EXPORT = new Tag("urn:kith:account:0", "export");

    private final Takeouts takeouts;

    public Takeout(Takeouts takeouts) {
        this.takeouts = takeouts;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("takeout")
                .implementing("XEP-0227", "1.1", "archives are exported and not imported; no XInclude")
                .advertisingAtAccount(EXPORT.namespace())
                .answering(GET, EXPORT, this::link)
                .build();
    }

    private Reply link(Stanza iq, Owner owner) {
        var link = takeouts.link(Objects.requireNonNull(owner.jid().local()));
        return Reply.result(Element.build(EXPORT)
                .attribute("url", link.url())
                .attribute("expires", Timestamp.of(link.expiresMillis()))
                .build());
    }
}
