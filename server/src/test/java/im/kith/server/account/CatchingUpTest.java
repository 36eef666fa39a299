package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Stanza;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// XEP-0386 §3.2: a client without a device id that binds inline reads in the archive what came before.
class CatchingUpTest {

    private final Village village = new Village();
    private final Phone alice = village.phone("alice", "phone");
    private final Phone bob = village.phone("bob", "phone");
    private final ArrayDeque<String> bodies = new ArrayDeque<>();

    @Test
    void who_catches_up_from_the_archive_is_not_sent_what_waited_and_gets_what_comes() {
        bob.leaves();
        writes("while away");
        bob.connects(EnumSet.of(Event.Trait.CATCHES_UP));
        writes("before he is available");
        bob.sends("<presence/>");
        assertEquals("before he is available", nextBody());
        writes("now");
        assertEquals("now", nextBody());
        assertNull(nextBody());
    }

    @Test
    void who_binds_as_ever_is_sent_what_waited() {
        bob.leaves();
        writes("while away");
        bob.connects(Set.of());
        bob.sends("<presence/>");
        assertEquals("while away", nextBody());
    }

    private void writes(String text) {
        alice.sends("<message to='bob@sim.test' type='chat'><body>" + text + "</body></message>");
    }

    private @Nullable String nextBody() {
        for (var message : bob.takes(stanza -> stanza.name().equals("message"))) {
            bodies.add(message.childText(Stanza.CLIENT, "body"));
        }
        return bodies.poll();
    }
}
