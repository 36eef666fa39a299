package im.kith.server.feature.ping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Replies;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PingTest {

    @ParameterizedTest
    @EnumSource
    void a_ping_gets_an_empty_result_whoever_is_asked(Scope scope) {
        var owner = new FakeOwner("juliet@kith.test");
        owner.contacts.put(
                Objects.requireNonNull(Jid.parse("romeo@kith.test")), new Owner.Contact(true, true, true, null));
        var ping = FakeOwner.iq("get", "romeo@kith.test/orchard", null, Element.empty("urn:xmpp:ping", "ping"));

        assertNull(Replies.payload(Replies.ask(new Ping(), scope, ping, owner)));
    }

    @Test
    void to_who_does_not_get_its_presence_an_account_is_not_there() {
        var owner = new FakeOwner("juliet@kith.test");
        var ping = FakeOwner.iq("get", "romeo@kith.test/orchard", null, Element.empty("urn:xmpp:ping", "ping"));

        var error = Replies.error(Replies.ask(new Ping(), Scope.OTHERS, ping, owner));
        assertEquals(StanzaError.Condition.SERVICE_UNAVAILABLE, error.condition());
    }
}
