package im.kith.server.feature.time;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Scope.SERVER;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// XEP-0202: Entity Time of the server. A server serves all time zones and says UTC.
public final class Time implements Feature {

    private static final Tag TIME = new Tag("urn:xmpp:time", "time");

    @Override
    public Manifest manifest() {
        return Manifest.of("time")
                .implementing("XEP-0202", "2.0")
                .advertisingAtServer(TIME.namespace())
                .answering(SERVER, GET, TIME, Time::tell)
                .build();
    }

    private static Reply tell(Stanza iq, Owner owner) {
        var now = Instant.ofEpochMilli(owner.nowMillis()).truncatedTo(ChronoUnit.SECONDS);
        return Reply.result(Element.build(TIME)
                .child("tzo", "+00:00")
                .child("utc", now.toString())
                .build());
    }
}
