package im.kith.server.account;

import static im.kith.server.account.SubscriptionState.BOTH;

import im.kith.server.feature.blocking.Blocking;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// XEP-0191 as plays: what a block does to presence. Juliet blocks Romeo.
class PresenceBlockingPlayTest {

    private final Town town = new Town(new Blocking());
    private final Citizen juliet = town.account("juliet@example.com").knows("romeo@example.net", BOTH);
    private final Citizen romeo = town.account("romeo@example.net").knows("juliet@example.com", BOTH);
    private final Gadget balcony = juliet.device("balcony");
    private final Gadget orchard = romeo.device("orchard");

    @BeforeEach
    void both_are_online() {
        balcony.online();
        orchard.online();
    }

    @ParameterizedTest
    @ValueSource(strings = {"romeo@example.net", "example.net"})
    void who_is_blocked_sees_everybody_leave_and_who_is_unblocked_sees_them_come_back(String address) { // §3.3, §3.4
        balcony.sends(command("block", address));
        balcony.gets("<iq type='result' id='b' to='juliet@example.com/balcony'/>");
        orchard.gets("<presence from='juliet@example.com/balcony' to='romeo@example.net' type='unavailable'/>");

        balcony.sends("<presence><show>away</show></presence>").ignoresWhatItGot();
        orchard.getsNothing();
        orchard.sends("<presence><show>dnd</show></presence>").ignoresWhatItGot();
        balcony.getsNothing();

        balcony.sends(command("unblock", address));
        orchard.gets("""
                <presence from='juliet@example.com/balcony' to='romeo@example.net'><show>away</show></presence>""");
        balcony.gets(
                "<iq type='result' id='b' to='juliet@example.com/balcony'/>",
                "<presence from='romeo@example.net/orchard' to='juliet@example.com'><show>dnd</show></presence>");
    }

    @Test
    void a_stranger_is_told_nothing() {
        var paris = town.account("paris@example.org").device("tomb").online();
        balcony.sends(command("block", "paris@example.org")).sends(command("unblock", "paris@example.org"));
        paris.getsNothing();
    }

    @Test
    void who_is_blocked_by_two_blocks_is_free_after_both_are_lifted() {
        balcony.sends(command("block", "romeo@example.net")).sends(command("block", "example.net"));
        orchard.ignoresWhatItGot();
        balcony.sends(command("unblock", "example.net"));
        orchard.getsNothing();
        balcony.sends(command("unblock", "romeo@example.net"));
        orchard.gets("<presence from='juliet@example.com/balcony' to='romeo@example.net'/>");
    }

    @Test
    void messages_are_refused_both_ways() { // §3.3
        balcony.sends(command("block", "romeo@example.net")).ignoresWhatItGot();
        orchard.ignoresWhatItGot();
        orchard.sends("<message id='m' to='juliet@example.com' type='chat'><body>Juliet?</body></message>");
        balcony.getsNothing();
        orchard.gets("""
                <message type='error' id='m' from='juliet@example.com' to='romeo@example.net/orchard'>
                  <error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
                </message>""");
        balcony.sends("<message id='n' to='romeo@example.net' type='chat'><body>Romeo?</body></message>");
        orchard.getsNothing();
        balcony.gets("""
                <message type='error' id='n' from='romeo@example.net' to='juliet@example.com/balcony'>
                  <error type='cancel'>
                    <not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
                    <blocked xmlns='urn:xmpp:blocking:errors'/>
                  </error>
                </message>""");
    }

    @Test
    void a_request_of_who_is_blocked_is_not_shown_and_not_answered() {
        balcony.sends(command("block", "paris@example.org")).ignoresWhatItGot();
        town.arrives("<presence from='paris@example.org' to='juliet@example.com' type='subscribe'/>");
        town.arrives("<presence from='paris@example.org' to='juliet@example.com' type='probe'/>");
        balcony.getsNothing();
        town.leaves();
    }

    @Test
    void a_request_that_was_waiting_is_not_shown_while_its_sender_is_blocked() {
        town.arrives("<presence from='paris@example.org' to='juliet@example.com' type='subscribe'/>");
        balcony.sends(command("block", "paris@example.org")).ignoresWhatItGot();
        juliet.device("chamber")
                .sends("<presence/>")
                .gets(
                        "<presence from='juliet@example.com/chamber' to='juliet@example.com'/>",
                        "<presence from='juliet@example.com/balcony' to='juliet@example.com/chamber'/>",
                        "<presence from='romeo@example.net/orchard' to='juliet@example.com/chamber'/>");
        balcony.sends(command("unblock", "paris@example.org"));
        juliet.device("crypt")
                .sends("<presence/>")
                .gets(
                        "<presence from='juliet@example.com/crypt' to='juliet@example.com'/>",
                        "<presence from='juliet@example.com/balcony' to='juliet@example.com/crypt'/>",
                        "<presence from='juliet@example.com/chamber' to='juliet@example.com/crypt'/>",
                        "<presence from='paris@example.org' to='juliet@example.com' type='subscribe'/>",
                        "<presence from='romeo@example.net/orchard' to='juliet@example.com/crypt'/>");
    }

    private static String command(String name, String jid) {
        return "<iq type='set' id='b'><%s xmlns='urn:xmpp:blocking'><item jid='%s'/></%s></iq>"
                .formatted(name, jid, name);
    }
}
