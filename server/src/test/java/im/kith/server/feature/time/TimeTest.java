package im.kith.server.feature.time;

import static im.kith.server.feature.Manifest.Scope.SERVER;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Replies;
import org.junit.jupiter.api.Test;

class TimeTest {

    @Test
    void the_server_tells_utc() {
        var juliet = new FakeOwner("juliet@kith.test");
        juliet.nowMillis = 1_166_551_115_000L;
        var asked = FakeOwner.iq("get", "juliet@kith.test/a", "kith.test", xml("<time xmlns='urn:xmpp:time'/>"));

        assertEquals(
                xml("<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2006-12-19T17:58:35Z</utc></time>"),
                Replies.payload(Replies.ask(new Time(), SERVER, asked, juliet)));
    }
}
