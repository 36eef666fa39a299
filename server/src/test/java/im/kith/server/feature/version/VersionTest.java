package im.kith.server.feature.version;

import static im.kith.server.feature.Manifest.Scope.SERVER;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Replies;
import org.junit.jupiter.api.Test;

class VersionTest {

    @Test
    void the_server_tells_name_and_version_but_not_the_operating_system() {
        var asked = FakeOwner.iq("get", "juliet@kith.test/a", "kith.test", xml("<query xmlns='jabber:iq:version'/>"));

        assertEquals(
                xml("<query xmlns='jabber:iq:version'><name>Kith</name><version>1.2.3</version></query>"),
                Replies.payload(
                        Replies.ask(new Version("Kith", "1.2.3"), SERVER, asked, new FakeOwner("juliet@kith.test"))));
    }
}
