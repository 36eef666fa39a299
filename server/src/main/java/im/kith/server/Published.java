package im.kith.server;

import im.kith.server.account.ShardedDirectory;
import im.kith.server.config.Config;
import im.kith.server.media.Media;
import im.kith.server.net.Tally;
import im.kith.server.pulse.Logs;
import im.kith.server.pulse.Pulse;
import im.kith.server.pulse.Queues;
import im.kith.server.push.Pushes;
import im.kith.server.stream.Endpoints;
import im.kith.server.stun.StunServer;
import im.kith.store.disk.DiskStore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What the parts count, by the names under which the world sees it: see docs/OPERATIONS.md.
final class Published {

    private final Pulse pulse;
    private final Config.Alert alert;

    Published(Pulse pulse, Config.Alert alert) {
        this.pulse = pulse;
        this.alert = alert;
    }

    void store(DiskStore store) {
        pulse.condition("store", () -> store.health().trouble())
                .queues(Queues.of(
                        "store",
                        "commits",
                        true,
                        alert.store(),
                        lengths -> lengths.accept("writer", store.health().commitsWaiting())))
                .gauge("store_waiting_bytes", "Bytes waiting to be written", () -> store.health()
                        .bytesWaiting())
                .gauge("store_reads_waiting", "Reads waiting for a thread", () -> store.stats()
                        .readsWaiting())
                .gauge("store_batch_commits", "Commits that the last sync covered", () -> store.stats()
                        .lastBatchCommits())
                .gauge("store_log_bytes", "Size of the log", () -> store.stats().logBytes())
                .gauge("store_live_bytes", "What of the log is still needed", () -> store.stats()
                        .liveBytes())
                .gauge("store_segments", "Files of the log", () -> store.stats().segments())
                .counter("store_syncs_total", "Batches written and synced", () -> store.stats()
                        .batches())
                .counter("store_commits_total", "Commits kept", () -> store.stats()
                        .commits())
                .counter("store_entries_total", "Entries kept", () -> store.stats()
                        .entries())
                .counter("store_written_bytes_total", "Bytes written to the log", () -> store.stats()
                        .bytes())
                .counter("store_reads_total", "Reads answered", () -> store.stats()
                        .reads())
                .counter("store_stalls_total", "Times the disk refused to write", () -> store.stats()
                        .stalls())
                .counter("store_checkpoints_total", "Times the index was brought up to date", () -> store.stats()
                        .checkpoints())
                .gauge(
                        "store_sync_seconds_sum",
                        "Time spent writing and syncing",
                        () -> store.stats().syncNanos() / 1e9);
    }

    void batches(DiskStore store) {
        int steps = store.batchSizes().length;
        for (int i = 0; i < steps; i++) {
            int step = i;
            pulse.counter(
                    "store_batches_total",
                    "Batches written and synced, by how many commits they held at most",
                    () -> store.batchSizes()[step],
                    "commits",
                    step < steps - 1 ? Integer.toString(1 << step) : "more");
        }
    }

    void heart(ShardedDirectory directory) {
        var tally = directory.tally();
        pulse.queues(Queues.of("partition", "events", true, alert.partition(), lengths -> {
            var waiting = directory.mailboxLengths();
            for (int i = 0; i < waiting.length; i++) lengths.accept(Integer.toString(i), waiting[i]);
        }));
        pulse.queues(Queues.of("account", "events", false, alert.account(), directory::laggingAccounts));
        pulse.latency("message_keeping_seconds", "From a message's arrival to its being on disk", tally.keeping);
        pulse.latency(
                "message_delivering_seconds",
                "From a message's arrival to its being handed to a recipient's connection",
                tally.delivering);
        count("messages_accepted_total", "Messages that devices sent", tally.accepted);
        count("messages_kept_total", "Messages that are on disk", tally.kept);
        count("messages_kept_bytes_total", "Their bytes, once per log that they are in", tally.keptBytes);
        count("messages_delivered_total", "Messages handed to a device, once per device", tally.delivered);
        count("messages_repeated_total", "Messages sent again and recognised as the same", tally.repeated);
        count("messages_refused_total", "Messages answered with an error", tally.refused);
        count("iqs_total", "Requests and answers", tally.iqs);
        count("presences_total", "Presence stanzas", tally.presences);
        count("sessions_bound_total", "Sessions begun", tally.binds);
        count("sessions_resumed_total", "Sessions continued after a lost connection", tally.resumes);
        count("sessions_resume_refused_total", "Sessions that could not be continued", tally.resumesRefused);
        count("accounts_rebuilt_total", "Accounts dropped from memory after a fault of ours", tally.dropped);
        count("turns_total", "Turns of all partitions that kept something", tally.turns);
    }

    void network(Endpoints endpoints) {
        Supplier<Tally> tally = endpoints::tally;
        pulse.queues(Queues.of("connection", "bytes", false, alert.connectionBytes(), lengths -> {
            for (var slow : endpoints.slowest()) lengths.accept(slow.peer().getHostAddress(), slow.waitingBytes());
        }));
        pulse.queues(Queues.of(
                        "loop",
                        "tasks",
                        true,
                        alert.loop(),
                        lengths -> lengths.accept("longest", tally.get().waitingTasks())))
                .gauge("connections", "Open XMPP connections", () -> tally.get().connections())
                .gauge("outbound_waiting_bytes", "Bytes written that peers have not taken", () -> tally.get()
                        .waitingBytes());
        rising("connections_opened_total", "XMPP connections opened", () -> tally.get()
                .connectionsOpened());
        rising("connections_refused_total", "Connections refused, too many of one address", () -> tally.get()
                .connectionsRefused());
        rising("connections_stalled_total", "Connections cut as they took nothing", () -> tally.get()
                .stalled());
        rising("connections_throttled_total", "Times a connection was slowed down", () -> tally.get()
                .throttled());
        rising("http_connections_total", "HTTP connections opened", () -> tally.get()
                .httpConnections());
        rising("http_requests_total", "HTTP requests", () -> tally.get().httpRequests());
        rising("received_bytes_total", "Bytes read", () -> tally.get().bytesIn());
        rising("sent_bytes_total", "Bytes written", () -> tally.get().bytesOut());
        rising("received_elements_total", "Stanzas and other elements read", () -> tally.get()
                .elementsIn());
        rising("sent_elements_total", "Stanzas and other elements written", () -> tally.get()
                .elementsOut());
        rising("tls_handshakes_total", "TLS handshakes", () -> tally.get().handshakes());
        rising("tls_handshake_failures_total", "TLS handshakes that failed", () -> tally.get()
                .handshakeFailures());
        rising("sign_ins_total", "Sign-ins", () -> tally.get().signIns());
        rising("sign_in_failures_total", "Sign-ins that failed", () -> tally.get()
                .signInFailures());
    }

    void push(Pushes pushes) {
        rising("pushes_sent_total", "Push messages that a push service took", pushes::sent);
        rising("pushes_failed_total", "Push messages that were given up", pushes::failed);
    }

    void stun(StunServer stun) {
        rising("stun_requests_total", "STUN requests answered", stun::answered);
        rising("stun_ignored_total", "Packets at the STUN port that were no requests", stun::ignored);
        rising("stun_limited_total", "Packets at the STUN port of those who asked too often", stun::limited);
    }

    void media(Media media) {
        rising("uploads_total", "Files uploaded", media::kept);
        rising("uploaded_bytes_total", "Bytes of files uploaded", media::keptBytes);
        rising("uploads_gone_total", "Uploads removed, banned or expired", media::dropped);
        pulse.gauge("uploads_under_way_bytes", "Bytes of uploads under way", media::underWayBytes);
    }

    private void rising(String name, String help, LongSupplier value) {
        pulse.counter(name, help, value);
    }

    void log(Logs logs) {
        pulse.counter("log_lines_left_out_total", "Log lines lost as the output was too slow", logs::leftOut);
    }

    private void count(String name, String help, LongAdder adder) {
        pulse.counter(name, help, adder::sum);
    }
}
