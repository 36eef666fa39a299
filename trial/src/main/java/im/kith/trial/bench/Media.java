package im.kith.trial.bench;

import im.kith.trial.wire.Endpoint;
import im.kith.trial.wire.Negotiation;
import im.kith.trial.wire.Transcript;
import im.kith.trial.wire.Transport;
import im.kith.trial.wire.Wire;
import im.kith.trial.wire.Xml;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One large file in by XEP-0363 and out again, over plain HTTP: how fast, with how much of the server's memory and
/// CPU; side by side with nginx, by turns, if wanted. What comes back is compared with what went in.
public final class Media {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long MIB = 1 << 20;
    private static final long SAMPLE_MILLIS = 20;

    private final Options options;
    private final Shape shape;
    private final Meter meter;

    /// @param rounds downloads that are measured, of each server
    /// @param peerBeside where nginx keeps its copy of the file; null for no comparison
    public record Shape(int mib, int rounds, @Nullable Path peerBeside) {}

    public Media(Options options, Shape shape) {
        this.options = options;
        this.shape = shape;
        this.meter = new Meter(options.serverPids);
    }

    private record Slot(URI put, URI get) {}

    public Report play() throws InterruptedException {
        var report = new Report();
        Common.describe(report, "media", options);
        report.put("file_mib", shape.mib);
        try {
            // A program that has just started grows with whatever it does first.
            var small = new Content(Math.min(shape.mib, 64) * MIB);
            var first = slot(small);
            Transfer.put(first.put, small);
            for (int i = 0; i < 3; i++) Transfer.get(first.get, Long.MAX_VALUE);

            var content = new Content(shape.mib * MIB);
            var slot = slot(content);
            measured(report, "upload", () -> {
                double seconds = Transfer.put(slot.put, content);
                report.put("upload_mib_per_s", shape.mib / seconds, 1);
            });
            var checked = Transfer.getChecked(slot.get);
            if (checked.checksum() != content.checksum())
                throw new BenchException("what came back is not what went in");
            measured(report, "download", () -> {
                var got = Transfer.get(slot.get, Long.MAX_VALUE);
                report.put("download_first_mib_per_s", got.mibPerSecond(), 1);
            });
            compare(report, slot, content);
            Transfer.delete(first.put);
            Transfer.delete(slot.put);
        } catch (IOException e) {
            throw new BenchException("the transfer ended: " + e.getMessage());
        }
        return report;
    }

    /// Downloads by turns, so that both have the same hour.
    private void compare(Report report, Slot slot, Content content) throws IOException {
        var own = new ArrayList<Double>();
        var theirs = new ArrayList<Double>();
        try (var peer = shape.peerBeside == null ? null : Peer.start(shape.peerBeside, content)) {
            for (int i = 0; i < shape.rounds; i++) {
                own.add(Transfer.get(slot.get, Long.MAX_VALUE).mibPerSecond());
                if (peer != null)
                    theirs.add(Transfer.get(peer.file(), Long.MAX_VALUE).mibPerSecond());
            }
        }
        report.put("download_mib_per_s", median(own), 1);
        if (theirs.isEmpty()) return;
        report.put("nginx_mib_per_s", median(theirs), 1);
        report.put("download_percent_of_nginx", 100 * median(own) / median(theirs), 1);
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private interface Work {
        void run() throws IOException;
    }

    /// Runs it and tells the server's CPU, and by how much its memory was larger at most than before.
    private void measured(Report report, String what, Work work) throws IOException, InterruptedException {
        if (!meter.measures()) {
            work.run();
            return;
        }
        double before = meter.residentBytes();
        long cpu = meter.cpuNanos();
        var most = new double[] {before};
        var over = new AtomicBoolean();
        var watching = Thread.ofPlatform().daemon().start(() -> {
            while (!over.get()) {
                most[0] = Math.max(most[0], meter.residentBytes());
                nap();
            }
        });
        try {
            work.run();
        } finally {
            over.set(true);
            watching.join();
        }
        report.put(what + "_rss_growth_mib", (Math.max(most[0], meter.residentBytes()) - before) / MIB, 1);
        report.put(what + "_server_cpu_s", (meter.cpuNanos() - cpu) / 1e9, 2);
    }

    private static void nap() {
        try {
            Thread.sleep(SAMPLE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- a slot ----------------------------------------------------------------------------------------------------

    private Slot slot(Content content) {
        var transport =
                switch (options.tls) {
                    case none -> Transport.TCP;
                    case starttls -> Transport.STARTTLS;
                    case direct -> Transport.TLS;
                };
        var endpoint = new Endpoint(options.host, options.port, options.port, 0, options.domain);
        try (var wire = Wire.connect(endpoint, transport, Transcript.NONE)) {
            var negotiation = new Negotiation(wire, endpoint);
            negotiation.begin(transport);
            negotiation.authenticate(options.mechanism, options.prefix + options.start, options.password);
            negotiation.bind(options.resource, negotiation.openStream());
            wire.send("<iq type='get' id='slot' to='upload." + Xml.escape(options.domain)
                    + "'><request xmlns='urn:xmpp:http:upload:0' filename='bench.bin' size='" + content.bytes()
                    + "'/></iq>");
            var answer = wire.expectElement(PATIENCE);
            while (!answer.attributeOr("id", "").equals("slot")) answer = wire.expectElement(PATIENCE);
            var slot = answer.find("slot");
            if (slot == null) {
                throw new BenchException("no slot (is media.quota, media.max-file larger than the file?): " + answer);
            }
            var found = new Slot(url(slot, "put"), url(slot, "get"));
            wire.sendClose();
            return found;
        }
    }

    private static URI url(Xml slot, String name) {
        return URI.create(Objects.requireNonNull(slot.find(name)).attributeOr("url", ""));
    }
}
