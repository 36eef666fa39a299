package im.kith.xmpp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.xmpp.ScramClient.Binding;
import im.kith.xmpp.ScramException.Failure;
import im.kith.xmpp.ScramServer.Offer;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramTest {

    private static final byte[] SALT = "sixteen bytes ok".getBytes(UTF_8);
    private static final Offer PLAIN_OFFER = new Offer(List.of("SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"), List.of());
    private static final Offer PLUS_OFFER = new Offer(
            List.of("SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"),
            List.of("tls-server-end-point", "tls-exporter"));
    private static final byte[] CHANNEL = {1, 2, 3, 44, 0};

    @Test
    void the_example_of_rfc_5802_is_computed() throws ScramException {
        // RFC 5802 §5. Our challenge has one attribute more (XEP-0474), so the client alone can be held against it.
        var client = new ScramClient(
                ScramHash.SHA_1, Binding.NONE, "user", "pencil", null, null, "fyko+d2lbbFgONRv9qkxdawL");
        assertEquals("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", text(client.first()));
        assertEquals(
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                text(client.respond(bytes("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"))));
        client.verify(bytes("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="));
    }

    @Test
    void the_example_of_rfc_7677_is_computed() throws ScramException {
        var client =
                new ScramClient(ScramHash.SHA_256, Binding.NONE, "user", "pencil", null, null, "rOprNGfwEbeRWgbNEkqO");
        assertEquals(
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                text(client.respond(bytes(
                        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))));
        client.verify(bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    @Test
    void the_downgrade_hash_of_xep_0474_is_computed() throws ScramException {
        var offer =
                new Offer(List.of("SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"), List.of("tls-server-end-point", "tls-exporter"));
        var server = new ScramServer(
                ScramHash.SHA_1,
                true,
                Map.of("tls-exporter", bytes("THIS IS FAKE CB DATA")),
                offer,
                "a09117a6-ac50-4f2f-93f1-93799c2bddf6");
        assertEquals("user", server.first(bytes("p=tls-exporter,,n=user,r=12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6")));
        var verifier = verifier(ScramHash.SHA_1, "pencil", Base64.getDecoder().decode("QSXCR+Q6sek8bf92"));
        assertEquals(
                "r=12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6a09117a6-ac50-4f2f-93f1-93799c2bddf6,"
                        + "s=QSXCR+Q6sek8bf92,i=4096,h=G6k/rBLDqgOhRRaCuuatSDFkJ08=",
                text(server.challenge(verifier)));
        // The client of that example adds an attribute of its own.
        assertEquals(
                "v=MQrMPvv7yv4x4Cq4W4Ih25EqS2c=",
                text(server.finish(bytes("c=cD10bHMtZXhwb3J0ZXIsLFRISVMgSVMgRkFLRSBDQiBEQVRB,r=12C4CD5C-E38E-4A98-8F6D-"
                        + "15C38F51CCC6a09117a6-ac50-4f2f-93f1-93799c2bddf6,"
                        + "x=19C6532F-1CF4-4A27-A18D-DC9CEA41BBB3,p=M/SIDjT+dfcxUh89jZEypRvFxB4="))));
    }

    @ParameterizedTest
    @EnumSource
    void both_sides_agree(ScramHash hash) throws ScramException {
        var names = List.of("+491701234567", "a=b,c", "jürgen");
        for (var name : names) {
            var server = new ScramServer(hash, false, Map.of(), PLAIN_OFFER);
            var client = new ScramClient(hash, Binding.NONE, name, "pÄss, =word", "x@y", PLAIN_OFFER);
            assertEquals(name, server.first(client.first()));
            assertEquals("x@y", server.authorization());
            var response = client.respond(server.challenge(verifier(hash, "pÄss, =word", SALT)));
            client.verify(server.finish(response));
        }
    }

    @ParameterizedTest
    @EnumSource
    void both_sides_agree_on_the_channel(ScramHash hash) throws ScramException {
        var server = new ScramServer(hash, true, Map.of("tls-exporter", CHANNEL), PLUS_OFFER);
        var client = new ScramClient(hash, Binding.to("tls-exporter", CHANNEL), "romeo", "pencil", null, PLUS_OFFER);
        assertEquals("romeo", server.first(client.first()));
        assertEquals("tls-exporter", server.bindingName());
        client.verify(server.finish(client.respond(server.challenge(verifier(hash, "pencil", SALT)))));
    }

    @Test
    void a_wrong_password_is_refused() {
        failsToFinish(Binding.NONE, Map.of(), PLAIN_OFFER, "pencil", "pencil2");
    }

    @Test
    void another_channel_is_refused() {
        failsToFinish(
                Binding.to("tls-exporter", new byte[] {9}),
                Map.of("tls-exporter", CHANNEL),
                PLUS_OFFER,
                "pencil",
                "pencil");
    }

    private static void failsToFinish(
            Binding binding, Map<String, byte[]> channel, Offer offer, String password, String typed) {
        var server = new ScramServer(ScramHash.SHA_256, !channel.isEmpty(), channel, offer);
        var client = new ScramClient(ScramHash.SHA_256, binding, "romeo", typed, null, offer);
        var failure = assertThrows(ScramException.class, () -> {
            server.first(client.first());
            server.finish(client.respond(server.challenge(verifier(ScramHash.SHA_256, password, SALT))));
        });
        assertEquals(Failure.NOT_AUTHORIZED, failure.failure());
    }

    @Test
    void a_nonce_from_another_exchange_is_refused() throws ScramException {
        var server = new ScramServer(ScramHash.SHA_1, false, Map.of(), PLAIN_OFFER, "server");
        server.first(bytes("n,,n=romeo,r=client"));
        server.challenge(verifier(ScramHash.SHA_1, "pencil", SALT));
        var proof = Base64.getEncoder().encodeToString(new byte[20]);
        assertEquals(Failure.NOT_AUTHORIZED, failure(() -> server.finish(bytes("c=biws,r=other,p=" + proof))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // mechanism offered with -PLUS | -PLUS chosen | first message | failure
                "false | false | n,,n=romeo,r=abc | ",
                "false | false | y,,n=romeo,r=abc | ",
                "true  | false | n,,n=romeo,r=abc | ",
                "true  | false | y,,n=romeo,r=abc | NOT_AUTHORIZED",
                "true  | true  | p=tls-exporter,,n=romeo,r=abc | ",
                "true  | true  | p=tls-unique,,n=romeo,r=abc | NOT_AUTHORIZED",
                "true  | true  | n,,n=romeo,r=abc | MALFORMED_REQUEST",
                "true  | false | p=tls-exporter,,n=romeo,r=abc | MALFORMED_REQUEST",
                "false | false | n,a=x=2Cy,n=romeo,r=abc,ext=1 | ",
                "false | false | n,b=x,n=romeo,r=abc | MALFORMED_REQUEST",
                "false | false | n,a=,n=romeo,r=abc | MALFORMED_REQUEST",
                "false | false | q,,n=romeo,r=abc | MALFORMED_REQUEST",
                "false | false | n,n=romeo,r=abc | MALFORMED_REQUEST",
                "false | false | n | MALFORMED_REQUEST",
                "false | false | n,,n=romeo | MALFORMED_REQUEST",
                "false | false | n,,r=abc,n=romeo | MALFORMED_REQUEST",
                "false | false | n,,n=,r=abc | MALFORMED_REQUEST",
                "false | false | n,,n=a=b,r=abc | MALFORMED_REQUEST",
                "false | false | n,,n=romeo,r= | MALFORMED_REQUEST",
                "false | false | n,,n=romeo,r=ä | MALFORMED_REQUEST",
                "false | false | n,,m=x,n=romeo,r=abc | MALFORMED_REQUEST",
            })
    void first_messages_are_judged(boolean hasPlus, boolean isPlus, String first, @Nullable Failure failure)
            throws ScramException {
        var channel = hasPlus ? Map.of("tls-exporter", CHANNEL) : Map.<String, byte[]>of();
        var server = new ScramServer(ScramHash.SHA_256, isPlus, channel, hasPlus ? PLUS_OFFER : PLAIN_OFFER);
        if (failure == null) assertEquals("romeo", server.first(bytes(first)));
        else assertEquals(failure, failure(() -> server.first(bytes(first))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws",
                "c=biws,r=abcserver",
                "r=abcserver,c=biws,p=AAAA",
                "c=!,r=abcserver,p=AAAA",
                "c=biws,r=abcserver,p=AAAA",
                "c=biws,r=abcserver,p=!",
                "c=biws,p=AAAA"
            })
    void final_messages_are_judged(String last) throws ScramException {
        var server = new ScramServer(ScramHash.SHA_256, false, Map.of(), PLAIN_OFFER, "server");
        server.first(bytes("n,,n=romeo,r=abc"));
        server.challenge(verifier(ScramHash.SHA_256, "pencil", SALT));
        assertEquals(Failure.MALFORMED_REQUEST, failure(() -> server.finish(bytes(last))));
    }

    @Test
    void a_client_sees_that_mechanisms_were_taken_away() throws ScramException {
        var server = new ScramServer(ScramHash.SHA_256, false, Map.of("tls-exporter", CHANNEL), PLUS_OFFER);
        var client = new ScramClient(ScramHash.SHA_256, Binding.NONE, "romeo", "pencil", null, PLAIN_OFFER);
        server.first(client.first());
        var challenge = server.challenge(verifier(ScramHash.SHA_256, "pencil", SALT));
        assertEquals(Failure.NOT_AUTHORIZED, failure(() -> client.respond(challenge)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "r=abcd",
                "r=abcdef,s=AAAA",
                "r=other,s=AAAA,i=4096",
                "r=abc,s=AAAA,i=4096",
                "r=abcd,s=!,i=4096",
                "r=abcd,s=AAAA,i=x",
                "r=abcd,s=AAAA,i=1",
                "r=abcd,s=AAAA,i=2000000000",
                "r=abcd,s=AAAA,i=4096,m=x"
            })
    void a_client_refuses_bad_challenges(String challenge) {
        var client = new ScramClient(ScramHash.SHA_1, Binding.NONE, "romeo", "pencil", null, null, "abc");
        assertNotNull(failure(() -> client.respond(bytes(challenge))));
    }

    @Test
    void a_client_refuses_a_server_that_does_not_know_the_password() throws ScramException {
        var client = new ScramClient(ScramHash.SHA_1, Binding.NONE, "romeo", "pencil", null, null, "abc");
        assertNotNull(failure(() -> client.verify(bytes("v=AAAA"))));
        client.respond(bytes("r=abcd,s=AAAA,i=4096"));
        assertNotNull(failure(() -> client.verify(bytes("v=AAAA"))));
        assertNotNull(failure(() -> client.verify(bytes("e=other-error"))));
    }

    @Test
    void an_account_that_does_not_exist_looks_like_one_that_does() throws ScramException {
        var secret = bytes("the server's secret");
        var fake = ScramVerifier.fake(ScramHash.SHA_256, secret, "nobody", 16, 4096);
        assertEquals(fake, ScramVerifier.fake(ScramHash.SHA_256, secret, "nobody", 16, 4096));
        assertNotEquals(fake, ScramVerifier.fake(ScramHash.SHA_256, secret, "somebody", 16, 4096));
        assertEquals(16, fake.salt().length);
        var server = new ScramServer(ScramHash.SHA_256, false, Map.of(), PLAIN_OFFER);
        var client = new ScramClient(ScramHash.SHA_256, Binding.NONE, "nobody", "pencil", null, PLAIN_OFFER);
        server.first(client.first());
        var response = client.respond(server.challenge(fake));
        assertEquals(Failure.NOT_AUTHORIZED, failure(() -> server.finish(response)));
    }

    @ParameterizedTest
    @EnumSource
    void a_verifier_is_read_as_it_was_written(ScramHash hash) {
        var verifier = verifier(hash, "pencil", SALT);
        var text = verifier.encode();
        assertTrue(text.startsWith(hash.mechanism() + "$4096:"), text);
        assertEquals(verifier, ScramVerifier.decode(text));
        assertTrue(verifier.accepts("pencil"));
        assertFalse(verifier.accepts("Pencil"));
        assertFalse(verifier.accepts(""));
        assertFalse(verifier.toString().contains(text.substring(text.indexOf(':'))));
        assertNull(ScramVerifier.decode(text.substring(1)));
        assertNull(ScramVerifier.decode(text + "A"));
        assertNull(ScramVerifier.decode(text.replace("4096", "0")));
        assertNull(ScramVerifier.decode(""));
    }

    @ParameterizedTest
    @EnumSource
    void keys_are_stretched_as_java_does_it(ScramHash hash) throws GeneralSecurityException {
        var java =
                SecretKeyFactory.getInstance(hash == ScramHash.SHA_1 ? "PBKDF2WithHmacSHA1" : "PBKDF2WithHmacSHA256");
        for (var password : List.of("p", "pencil", "x".repeat(64), "x".repeat(65), "x".repeat(300))) {
            for (int iterations : new int[] {1, 2, 1000}) {
                var spec = new PBEKeySpec(password.toCharArray(), SALT, iterations, hash.bytes() * 8);
                assertArrayEquals(
                        java.generateSecret(spec).getEncoded(), hash.pbkdf2(bytes(password), SALT, iterations));
            }
        }
    }

    @Test
    void passwords_are_prepared() {
        assertEquals("pass word", ScramVerifier.prepared("pass word"));
        assertEquals("\u00E9", ScramVerifier.prepared("e\u0301"));
        assertEquals("a b", ScramVerifier.prepared("a\u00A0b"));
        for (var refused : List.of("", "\u0000", "a\tb", "\u200B\u0007", "x".repeat(1025))) {
            assertNull(ScramVerifier.prepared(refused));
            assertNull(ScramVerifier.derive(ScramHash.SHA_1, refused, SALT, 4096));
        }
    }

    @Test
    void mechanisms_are_known_by_name() {
        assertEquals(ScramHash.SHA_256, ScramHash.of("SCRAM-SHA-256"));
        assertEquals(ScramHash.SHA_1, ScramHash.of("SCRAM-SHA-1-PLUS"));
        assertNull(ScramHash.of("SCRAM-MD5"));
    }

    @Test
    void the_order_is_kept() throws ScramException {
        var server = new ScramServer(ScramHash.SHA_1, false, Map.of(), PLAIN_OFFER);
        assertThrows(IllegalStateException.class, () -> server.finish(new byte[0]));
        server.first(bytes("n,,n=romeo,r=abc"));
        assertThrows(IllegalStateException.class, () -> server.first(bytes("n,,n=romeo,r=abc")));
    }

    private interface Attempt {
        void run() throws ScramException;
    }

    private static Failure failure(Attempt attempt) {
        return assertThrows(ScramException.class, attempt::run).failure();
    }

    private static ScramVerifier verifier(ScramHash hash, String password, byte[] salt) {
        var verifier = ScramVerifier.derive(hash, password, salt, 4096);
        if (verifier == null) throw new AssertionError(password);
        return verifier;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
