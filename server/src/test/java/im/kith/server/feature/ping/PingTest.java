package im.kith.server.feature.ping;

import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Replies;
import im.kith.xmpp.Element;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PingTest {

    @ParameterizedTest
    @EnumSource
    void a_ping_gets_an_empty_result_whoever_is_asked(Scope scope) {
        var owner = new FakeOwner("juliet@kith.test");
        var ping = FakeOwner.iq("get", "romeo@kith.test/orchard", null, Element.empty("urn:xmpp:ping", "ping"));

        assertNull(Replies.payload(Replies.ask(new Ping(), scope, ping, owner)));
    }
}
