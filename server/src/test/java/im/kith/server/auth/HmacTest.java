package im.kith.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The test cases of RFC 4231.
class HmacTest {

    @Test
    void a_short_key_is_padded_and_parts_are_one_message() {
        var key = "Jefe".getBytes(StandardCharsets.US_ASCII);
        assertEquals(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                hex(Hmac.sha256(key, ascii("what do ya "), ascii("want for nothing?"))));
    }

    @Test
    void the_longer_hash_has_longer_blocks() {
        assertEquals(
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b"
                        + "4b636e070a38bce737",
                hex(Hmac.sha512(ascii("Jefe"), ascii("what do ya "), ascii("want for nothing?"))));
        var key = new byte[131];
        Arrays.fill(key, (byte) 0xaa);
        assertEquals(
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b"
                        + "915a985d786598",
                hex(Hmac.sha512(key, ascii("Test Using Larger Than Block-Size Key - Hash Key First"))));
    }

    @Test
    void a_long_key_is_hashed_first() {
        var key = new byte[131];
        Arrays.fill(key, (byte) 0xaa);
        assertEquals(
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
                hex(Hmac.sha256(key, ascii("Test Using Larger Than Block-Size Key - Hash Key First"))));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
