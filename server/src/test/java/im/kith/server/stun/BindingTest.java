package im.kith.server.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests and their answers byte by byte; transaction id, addresses and a request are those of RFC 5769.
class BindingTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final String ID = "b7e7a701bc34d686fa87dfae";
    private static final String COOKIE = "2112a442";
    private static final InetSocketAddress SEEN = seen("192.0.2.1");
    /// XOR-MAPPED-ADDRESS of [#SEEN], as RFC 5769 §2.2 has it.
    private static final String MAPPED = "00200008" + "0001a147" + "e112a643";

    private final Binding binding = new Binding();

    private static InetSocketAddress seen(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 32_853);
    }

    private static String request(String attributes) {
        return "0001" + "%04x".formatted(attributes.length() / 2) + COOKIE + ID + attributes;
    }

    private static String success(String attributes) {
        return "0101" + "%04x".formatted(attributes.length() / 2) + COOKIE + ID + attributes;
    }

    /// With the fingerprint that belongs at its end.
    private static String fingerprinted(String message) {
        int length = message.length() / 2 - 20 + 8;
        var whole = message.substring(0, 4) + "%04x".formatted(length) + message.substring(8);
        var crc = new CRC32();
        crc.update(HEX.parseHex(whole));
        return whole + "80280004" + "%08x".formatted((int) crc.getValue() ^ 0x5354554e);
    }

    private String answer(String request, InetSocketAddress from) {
        return answer(HEX.parseHex(request), from);
    }

    /// "" for none.
    private String answer(byte[] request, InetSocketAddress from) {
        var answer = ByteBuffer.allocate(Binding.MOST_BYTES + Binding.MOST_MORE);
        binding.answer(ByteBuffer.wrap(request), from, answer);
        return HEX.formatHex(answer.array(), 0, answer.position());
    }

    @Test
    void who_asks_learns_the_ipv4_address_it_was_seen_at() {
        assertEquals(success(MAPPED), answer(request(""), SEEN));
    }

    @Test
    void who_asks_learns_the_ipv6_address_it_was_seen_at() {
        // RFC 5769 §2.3
        assertEquals(
                success("00200014" + "0002a147" + "0113a9faa5d3f179bc25f4b5bed2b9d9"),
                answer(request(""), seen("2001:db8:1234:5678:11:2233:4455:6677")));
    }

    @Test
    void a_fingerprint_is_answered_with_one() {
        var answer = answer(fingerprinted(request("")), SEEN);
        assertEquals(fingerprinted(success(MAPPED)), answer);
    }

    /// RFC 5769 §2.1 is what one phone asks another: its PRIORITY means nothing here, the rest is sound.
    @Test
    void a_request_that_wants_what_is_not_known_is_told_what() {
        var request = "00010058" + COOKIE + ID
                + "802200105354554e207465737420636c69656e74"
                + "002400046e0001ff"
                + "80290008932ff9b151263b36"
                + "000600096576746a3a68367659202020"
                + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
                + "80280004e57a3bcf";
        var error =
                "0111" + "0000" + COOKIE + ID + "0009000b" + "00000414" + "556e6b6e6f776e00" + "000a0002" + "00240000";
        assertEquals(fingerprinted(error), answer(request, SEEN));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "credentials nobody asked for, 000600046a756c6900140004766572610015000461626364",
        "something that may be passed over, 8022000461626364",
        "a length that is filled up, 8022000161000000",
        "an attribute behind the signature, 0008001400000000000000000000000000000000000000000024000400000000",
        "an address where none belongs, 0020000800010000c0000201",
    })
    void what_is_of_no_concern_is_passed_over(String what, String attributes) {
        assertEquals(success(MAPPED), answer(request(attributes), SEEN));
    }

    /// RFC 5780: a second address or port is what this server does not have.
    @ParameterizedTest(name = "{0}")
    @CsvSource({"CHANGE-REQUEST, 0003", "RESPONSE-PORT, 0027", "PADDING, 0026"})
    void questions_about_the_nat_are_not_understood(String what, String type) {
        var error = "0009000b" + "00000414" + "556e6b6e6f776e00" + "000a0002" + type + "0000";
        assertEquals(
                "0111" + "%04x".formatted(error.length() / 2) + COOKIE + ID + error,
                answer(request(type + "000400000000"), SEEN));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "RFC 3489 without the cookie, 000100000011223344b7e7a701bc34d686fa87dfae",
        "an indication, 001100002112a442b7e7a701bc34d686fa87dfae",
        "an answer, 010100002112a442b7e7a701bc34d686fa87dfae",
        "an error, 011100002112a442b7e7a701bc34d686fa87dfae",
        "Allocate of TURN, 000300002112a442b7e7a701bc34d686fa87dfae",
        "no STUN, 160000002112a442b7e7a701bc34d686fa87dfae",
        "a length beyond the end, 000100042112a442b7e7a701bc34d686fa87dfae",
        "a length that is too short, 000100002112a442b7e7a701bc34d686fa87dfae8022000461626364",
        "a length that is no multiple of 4, 000100022112a442b7e7a701bc34d686fa87dfae8022",
        "an attribute beyond the end, 000100082112a442b7e7a701bc34d686fa87dfae8022000861626364",
        "an attribute as large as can be, 000100082112a442b7e7a701bc34d686fa87dfae8022ffff61626364",
        "a wrong fingerprint, 000100082112a442b7e7a701bc34d686fa87dfae8028000400000000",
        "a fingerprint that is none, 000100042112a442b7e7a701bc34d686fa87dfae80280000",
        "half a header, 000100002112a442b7e7",
        "nothing, ''",
    })
    void what_is_no_sound_request_gets_no_word(String what, String packet) {
        assertEquals("", answer(packet, SEEN));
    }

    @Test
    void a_fingerprint_stands_at_the_end() {
        var sound = fingerprinted(request(""));
        var longer = "00010010" + sound.substring(8) + "8022000461626364";
        assertEquals("", answer(longer, SEEN));
    }

    @Test
    void a_request_that_no_phone_would_send_is_too_long() {
        var longest = request("8022020c" + "00".repeat(524));
        assertEquals(Binding.MOST_BYTES, longest.length() / 2);
        assertEquals(success(MAPPED), answer(longest, SEEN));
        assertEquals("", answer(request("80220210" + "00".repeat(528)), SEEN));
    }

    /// Whatever comes: no exception, and no answer that is worth sending in the name of another.
    @Test
    void an_answer_is_hardly_longer_than_its_request() {
        var random = new Random(5389);
        var from = new InetSocketAddress[] {SEEN, seen("2001:db8::1")};
        int answered = 0;
        int unknown = 0;
        for (int i = 0; i < 300_000; i++) {
            var packet = new byte[random.nextInt(8) == 0 ? random.nextInt(600) : 20 + 4 * random.nextInt(133)];
            random.nextBytes(packet);
            if (packet.length >= 20 && random.nextInt(16) > 0) disguise(packet, random);
            var answer = answer(packet, from[i & 1]);
            if (answer.isEmpty()) continue;
            answered++;
            if (answer.startsWith("0111")) unknown++;
            assertTrue(answer.length() / 2 <= packet.length + Binding.MOST_MORE, () -> HEX.formatHex(packet));
            assertEquals(answer.length() / 2 - 20, Integer.parseInt(answer.substring(4, 8), 16));
            assertEquals(HEX.formatHex(packet, 4, 20), answer.substring(8, 40));
        }
        assertTrue(answered > 10_000 && unknown > 1_000 && unknown < answered, answered + " " + unknown);
    }

    /// The header of a request, and attributes of which most are as long as they say.
    private static void disguise(byte[] packet, Random random) {
        var bytes = ByteBuffer.wrap(packet);
        bytes.putShort((short) 1).putShort((short) (packet.length - 20)).putInt(0x2112a442);
        int at = 20;
        while (at + 4 <= packet.length) {
            int room = packet.length - at - 4;
            int length = random.nextInt(64) == 0 ? random.nextInt(65_536) : random.nextInt(Math.min(room, 40) + 1);
            int type = random.nextBoolean() ? random.nextInt(0x30) : 0x8000 + random.nextInt(0x30);
            bytes.putShort(at, (short) type).putShort(at + 2, (short) length);
            at += 4 + ((length + 3) & ~3);
        }
    }
}
