package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import im.kith.server.account.EchoAccounts;
import im.kith.server.net.Loops;
import im.kith.server.net.Network.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// XEP-0077 before sign-in.
@NullUnmarked
class RegisteringTest {

    /// The user name says what comes of it.
    private record ByName(boolean isOpen) implements InBandRegistration {
        @Override
        public String instructions() {
            return "Choose.";
        }

        @Override
        public CompletionStage<Boolean> isGood(String token, String peer) {
            return CompletableFuture.supplyAsync(() -> token.equals("abcd-efgh"));
        }

        @Override
        public CompletionStage<Outcome> register(String name, String password, String token, String peer) {
            return CompletableFuture.supplyAsync(() ->
                    token == null && !isOpen ? Outcome.NOT_INVITED : Outcome.valueOf(name.toUpperCase(Locale.ROOT)));
        }
    }

    private static Endpoints start(Loops loops, EchoAccounts accounts, boolean open) throws Exception {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return Endpoints.start(
                loops,
                Settings.of("kith.test").listening(loopback, null, null).plainWithoutTls(true),
                null,
                accounts,
                new OnePassword(),
                List.of(),
                List.of(),
                new ByName(open));
    }

    @Test
    void an_invitation_is_presented_first_and_then_an_account_is_made() throws Exception { // XEP-0445 §4
        try (var accounts = new EchoAccounts("kith.test", false);
                var loops = new Loops();
                var endpoints = start(loops, accounts, false);
                var wire = new Wire(endpoints.boundAddresses().get(Kind.XMPP))) {
            assertNotNull(wire.open().child(Names.PREAUTH_FEATURE, "register"));
            assertEquals("not-allowed", answer(wire, "created", "secret"));
            assertEquals("item-not-found", present(wire, "wrong"));
            assertEquals("item-not-found", present(wire, ""));
            assertEquals("not-allowed", answer(wire, "created", "secret"));
            assertEquals("result", present(wire, "abcd-efgh"));
            assertEquals("conflict", answer(wire, "conflict", "secret"));
            assertEquals("result", answer(wire, "created", "secret"));
            assertEquals("not-allowed", answer(wire, "created", "secret"));
        }
    }

    private static String present(Wire wire, String token) throws Exception {
        wire.send("<iq type='set' id='1'><preauth xmlns='urn:xmpp:pars:0' token='" + token + "'/></iq>");
        return outcome(wire);
    }

    @Test
    void an_account_is_made_or_it_says_why_not() throws Exception {
        try (var accounts = new EchoAccounts("kith.test", false);
                var loops = new Loops();
                var endpoints = start(loops, accounts, true);
                var wire = new Wire(endpoints.boundAddresses().get(Kind.XMPP))) {
            assertNotNull(wire.open().child(Names.REGISTER_FEATURE, "register"));
            wire.send("<iq type='get' id='1'><query xmlns='jabber:iq:register'/></iq>");
            var form = wire.next().child(Names.REGISTER_QUERY);
            assertEquals("Choose.", form.childText(Names.REGISTER, "instructions"));
            assertNotNull(form.child(Names.REGISTER, "password"));
            assertEquals("result", answer(wire, "created", "secret"));
            assertEquals("conflict", answer(wire, "conflict", "secret"));
            assertEquals("not-acceptable", answer(wire, "not_acceptable", "secret"));
            assertEquals("not-acceptable", answer(wire, "created", ""));
            assertEquals("not-acceptable", answer(wire, "a b", "secret"));
            assertEquals("resource-constraint", answer(wire, "throttled", "secret"));
            assertEquals("internal-server-error", answer(wire, "unavailable", "secret"));
            assertEquals("success", wire.plain("romeo", "secret").name());
        }
    }

    private static String answer(Wire wire, String name, String password) throws Exception {
        wire.send("<iq type='set' id='2'><query xmlns='jabber:iq:register'><username>" + name + "</username><password>"
                + password + "</password></query></iq>");
        return outcome(wire);
    }

    private static String outcome(Wire wire) throws Exception {
        var iq = wire.next();
        if ("result".equals(iq.attribute("type"))) return "result";
        return iq.child("jabber:client", "error").firstChild().name();
    }
}
