package im.kith.xmpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Mutations of a corpus: whatever comes, there are elements or one stream error, the same however it is cut, and what
/// is read can be written and read again. `-Dkith.fuzz.rounds` makes it longer, `-Dkith.fuzz.seed` replays.
class XmlFuzzTest {

    private static final XmlReader.Limits LIMITS = new XmlReader.Limits(2000, 12, 12, 64, 100, 6);
    private static final String[] TOKENS = {
        "<",
        ">",
        "/>",
        "</",
        "'",
        "\"",
        "=",
        "&",
        ";",
        "&amp;",
        "&#x1;",
        "&#65;",
        "&lol;",
        "<![CDATA[",
        "]]>",
        "]]",
        "<!--",
        "-->",
        "<?xml version='1.0'?>",
        "<!DOCTYPE a [<!ENTITY lol 'lol'>]>",
        " xmlns='urn:x'",
        " xmlns:p='urn:p'",
        "p:",
        ":",
        "xml:lang='a'",
        "\0",
        "\r",
        "\r\n",
        "\t",
        "\u00e9",
        "\ud83d\ude00",
        "\ufffe",
        "<a>",
        "</a>",
        "<a/>",
        "</stream:stream>",
        "<stream:stream>"
    };

    @Test
    void mutated_streams_are_read_or_refused() {
        long seed = Long.getLong("kith.fuzz.seed", 20260710);
        int rounds = Integer.getInteger("kith.fuzz.rounds", 20_000);
        var corpus = corpus();
        for (int round = 0; round < rounds; round++) {
            var random = new Random(seed + round);
            var bytes = mutated(corpus, random);
            try {
                judge(bytes, random);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dkith.fuzz.rounds=1 -Dkith.fuzz.seed=" + (seed + round), e);
            }
        }
    }

    private static List<byte[]> corpus() {
        var corpus = new ArrayList<byte[]>();
        for (var name : Golden.names()) corpus.add(Recording.bytes(Golden.read(name)));
        for (int i = 0; i < 50; i++) corpus.add(Recording.bytes(new Documents(i).document()));
        return corpus;
    }

    private static byte[] mutated(List<byte[]> corpus, Random random) {
        var stream = new ByteArrayOutputStream();
        if (random.nextInt(20) > 0) stream.writeBytes(Recording.bytes(Recording.HEADER));
        for (int i = 0; i < 3; i++) stream.writeBytes(corpus.get(random.nextInt(corpus.size())));
        var bytes = stream.toByteArray();
        for (int i = random.nextInt(5); i > 0; i--) bytes = mutatedOnce(bytes, corpus, random);
        return bytes;
    }

    private static byte[] mutatedOnce(byte[] bytes, List<byte[]> corpus, Random random) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + random.nextInt(12));
        byte[] inserted;
        switch (random.nextInt(6)) {
            case 0 -> inserted = new byte[] {(byte) random.nextInt(256)};
            case 1 -> {
                to = at;
                inserted = Recording.bytes(TOKENS[random.nextInt(TOKENS.length)]);
            }
            case 2 -> inserted = new byte[0];
            case 3 -> {
                var other = corpus.get(random.nextInt(corpus.size()));
                int from = random.nextInt(other.length);
                inserted = java.util.Arrays.copyOfRange(other, from, from + random.nextInt(other.length - from));
            }
            case 4 -> {
                inserted = new byte[random.nextInt(9)];
                random.nextBytes(inserted);
            }
            default -> {
                to = at;
                inserted = Recording.bytes(TOKENS[random.nextInt(TOKENS.length)].repeat(random.nextInt(400)));
            }
        }
        var out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(inserted);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    private static void judge(byte[] bytes, Random random) {
        var whole = Recording.of(bytes, Math.max(1, bytes.length), LIMITS);
        long errors = whole.events.stream().filter(e -> e.startsWith("failed")).count();
        assertTrue(errors <= 1 && (errors == 0 || whole.last().startsWith("failed")), whole.events.toString());
        var pieces = Recording.of(bytes, 1 + random.nextInt(9), LIMITS);
        // An error within an unfinished tag may show only when the tag has ended.
        assertEquals(whole.elements, pieces.elements);
        if (!whole.last("").startsWith("failed")) assertEquals(whole.events, pieces.events);
        for (var element : whole.elements) {
            assertEquals(
                    element,
                    Recording.only(new String(
                            XmlWriter.toBytes(element, "jabber:client"), java.nio.charset.StandardCharsets.UTF_8)));
        }
    }

    /// Each input is as large as the limits let it be, then ten times that: the bytes that are looked at must not grow
    /// faster. Looking at them takes time, so a quadratic reader would take minutes here.
    @Test
    void hostile_input_is_read_in_linear_time_and_bounded_space() {
        var large = new XmlReader.Limits(4_000_000, 1000, 1000, 1000, 1_000_000, 100);
        var hostile = List.of(
                "<a b='" + "x".repeat(3_000_000),
                "<a b='" + "&amp;".repeat(600_000),
                "<a>" + "]".repeat(3_000_000),
                "<a>" + "\r".repeat(3_000_000),
                "<a>" + "&#65;".repeat(600_000),
                "<a><![CDATA[" + "]".repeat(3_000_000),
                "<a " + " ".repeat(3_000_000),
                "<a></a" + " ".repeat(3_000_000),
                "<a>" + "<b/>".repeat(700_000),
                "<a>" + "<![CDATA[]]>".repeat(250_000),
                "</stream:stream" + " ".repeat(3_000_000));
        for (var xml : hostile) {
            for (int piece : new int[] {1, 1000, 100_000}) {
                var bytes = Recording.bytes(Recording.HEADER + xml);
                var told = Recording.of(bytes, piece, large);
                assertEquals(1, told.events.size(), () -> xml.substring(0, 20));
            }
        }
    }

    /// A peer's bytes cost the server a bounded number of bytes each, and so does writing them again.
    @Test
    void hostile_stanzas_cost_bounded_memory() {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        var namespace = "urn:" + "n".repeat(50_000);
        for (var xml : List.of(
                "<a>" + "<b/>".repeat(4000) + "</a>",
                "<a " + "b='' c='' d='' e=''>" + "<b c='' d='' e='' f='' g='' h=''/>".repeat(4000) + "</a>",
                "<a>" + "x<b/>".repeat(4000) + "</a>",
                "<a>" + "<b>".repeat(60) + "</b>".repeat(60) + "</a>",
                "<a xmlns:p='" + namespace + "'>" + "<p:b/>".repeat(4000) + "</a>",
                "<a xmlns:p='" + namespace + "'>" + "<b p:c=''/>".repeat(4000) + "</a>",
                "<a>" + "&lt;".repeat(60_000) + "</a>",
                "<a b=\"" + "'".repeat(200_000) + "\"/>")) {
            var stream = Recording.bytes(Recording.HEADER + xml);
            var elements = new ArrayList<Element>();
            var reader = new XmlReader(XmlReader.Limits.DEFAULTS, new Recording() {
                @Override
                public void element(Element element) {
                    elements.add(element);
                }

                @Override
                public void streamOpened(Element header) {}
            });
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < stream.length; i += 1000) reader.feed(stream, i, Math.min(1000, stream.length - i));
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            // 40 and some that the first reader's classes take, or 52 where references have eight bytes (much memory).
            assertTrue(allocated < 60L * stream.length + 20_000, () -> allocated + " for " + xml.substring(0, 20));
            for (var element : elements) {
                int written = XmlWriter.toBytes(element, "jabber:client").length;
                assertTrue(written < 8 * stream.length + 1000, () -> written + " for " + xml.substring(0, 20));
            }
        }
    }
}
