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
