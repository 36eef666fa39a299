package im.kith.xmpp;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/// Prints nanoseconds per stanza for the reader and the writer. Run it as a program; it asserts nothing.
final class XmlBenchmark {

    /// 364 bytes, as a chat client sends it.
    static final String MESSAGE = "<message from='romeo@montague.example/orchard' to='juliet@capulet.example/balcony' "
            + "type='chat' id='c1f3a9d2-77b1-4a0e' xml:lang='en'><body>Art thou not Romeo, and a Montague? "
            + "Neither, fair saint, if either thee dislike.</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
            + "<request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='c1f3a9d2-77b1'/></message>";

    private static final ThreadMXBean CLOCK = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final Map<String, Long> BEST = new LinkedHashMap<>();
    private static final Map<String, Long> ALLOCATED = new LinkedHashMap<>();
    private static int told;

    private XmlBenchmark() {}

    public static void main(String[] args) throws XmlException {
        var bytes = MESSAGE.getBytes(StandardCharsets.UTF_8);
        var escaped =
                MESSAGE.replace("Neither,", "Neither &amp; no, it&apos;s ü").getBytes(StandardCharsets.UTF_8);
        var ten = MESSAGE.repeat(10).getBytes(StandardCharsets.UTF_8);
        var tree = XmlReader.parseDocument(bytes, XmlReader.Limits.DEFAULTS).inNamespace("jabber:client");
        var writer = new XmlWriter(1024);
        var reader = new XmlReader(XmlReader.Limits.DEFAULTS, new XmlReader.Handler() {
            @Override
            public void streamOpened(Element header) {}

            @Override
            public void element(Element element) {
                told += element.childCount();
            }

            @Override
            public void streamClosed() {}

            @Override
            public void failed(StreamError error) {
                throw new IllegalStateException(error.toString());
            }
        });
        var aalto = new AaltoOracle.Reused();
        var header = Recording.bytes(Recording.HEADER);
        reader.feed(header, 0, header.length);
        System.out.println("stanza of " + bytes.length + " bytes");
        for (int round = 0; round < 15; round++) {
            measure("read, whole", 1, () -> {
                reader.feed(bytes, 0, bytes.length);
                return told;
            });
            measure("read, 10 in a feed", 10, () -> {
                reader.feed(ten, 0, ten.length);
                return told;
            });
            measure("read, with references and ü", 1, () -> {
                reader.feed(escaped, 0, escaped.length);
                return told;
            });
            measure("read, in two pieces", 1, () -> {
                reader.feed(bytes, 0, 150);
                reader.feed(bytes, 150, bytes.length - 150);
                return told;
            });
            measure("read, byte by byte", 1, () -> {
                for (int i = 0; i < bytes.length; i++) reader.feed(bytes, i, 1);
                return told;
            });
            measure("read by Aalto, for comparison", 1, () -> aalto.childCount(bytes));
            measure("write to a buffer", 1, () -> {
                writer.clear();
                return writer.write(tree, "jabber:client").size();
            });
            measure("write to an array", 1, () -> XmlWriter.toBytes(tree, "jabber:client").length);
        }
        BEST.forEach((what, nanos) ->
                System.out.printf("%-32s %6d ns, %5d bytes allocated%n", what, nanos, ALLOCATED.get(what)));
    }

    /// Counts the thread's own CPU time and keeps the best round: the machine may have other work.
    private static void measure(String what, int stanzas, IntSupplier work) {
        int sum = 0;
        long start = CLOCK.getCurrentThreadCpuTime();
        long allocated = CLOCK.getCurrentThreadAllocatedBytes();
        long used = 0;
        long count = 0;
        while (used < 200_000_000) {
            for (int i = 0; i < 1000; i++) sum += work.getAsInt();
            count += 1000L * stanzas;
            used = CLOCK.getCurrentThreadCpuTime() - start;
        }
        BEST.merge(what, sum == 42 ? 0 : used / count, Math::min);
        ALLOCATED.put(what, (CLOCK.getCurrentThreadAllocatedBytes() - allocated) / count);
    }
}
