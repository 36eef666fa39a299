package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import im.kith.server.account.EchoAccounts;
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
    private static final class ByName implements InBandRegistration {
        @Override
        public String instructions() {
            return "Choose.";
        }

        @Override
        public CompletionStage<Outcome> register(String name, String password, String peer) {
            return CompletableFuture.supplyAsync(() -> Outcome.valueOf(name.toUpperCase(Locale.ROOT)));
        }
    }

    @Test
    void an_account_is_made_or_it_says_why_not() throws Exception {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var accounts = new EchoAccounts("kith.test", false);
                var endpoints = Endpoints.start(
                        Settings.of("kith.test").listening(loopback, null, null).plainWithoutTls(true),
                        null,
                        accounts,
                        new OnePassword(),
                        List.of(),
                        List.of(),
                        new ByName());
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
        var iq = wire.next();
        if ("result".equals(iq.attribute("type"))) return "result";
        return iq.child("jabber:client", "error").firstChild().name();
    }
}
