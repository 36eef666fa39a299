package im.kith.server.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.Stretch.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class StretchTest {

    @Test
    void hi_is_pbkdf2_as_rfc_6070_and_rfc_7914_print_it() {
        var password = "password".getBytes(StandardCharsets.UTF_8);
        var salt = "salt".getBytes(StandardCharsets.UTF_8);
        assertEquals("4b007901b765489abead49d926f721d065a429c1", hex(Stretch.hi(Hash.SHA_1, password, salt, 4096)));
        assertEquals("0c60c80f961f0e71f3a9b524af6012062fe037a6", hex(Stretch.hi(Hash.SHA_1, password, salt, 1)));
        assertEquals(
                "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
                hex(Stretch.hi(Hash.SHA_256, "passwd".getBytes(StandardCharsets.UTF_8), salt, 1)));
    }

    @Test
    void the_verifier_agrees_with_the_exchange_of_rfc_7677() {
        var salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        var verifier = Stretch.verifier(Hash.SHA_256, "pencil", salt, 4096);
        var message = "n=user,r=rOprNGfwEbeRWgbNEkqO,"
                + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
                + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        var signature = Stretch.hmac(Hash.SHA_256, verifier.serverKey(), message.getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                Base64.getEncoder().encodeToString(signature));
    }

    @Test
    void only_the_password_matches_and_its_compatible_spellings_do_too() {
        var verifier = Stretch.verifier(Hash.SHA_256, "ﬁsh", new byte[16], 4096);
        assertTrue(Stretch.matches(Hash.SHA_256, "ﬁsh", verifier));
        assertTrue(Stretch.matches(Hash.SHA_256, "fish", verifier));
        assertFalse(Stretch.matches(Hash.SHA_256, "Fish", verifier));
    }

    @Test
    void a_long_key_is_hashed_first_as_hmac_asks() {
        var key = new byte[131];
        java.util.Arrays.fill(key, (byte) 0xaa);
        var text = "Test Using Larger Than Block-Size Key - Hash Key First".getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals(
                HexFormat.of().parseHex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
                Stretch.hmac(Hash.SHA_256, key, text));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
