package im.kith.trial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Program;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The disk's sync comes before the acknowledgement, seen from outside the process: in its system calls. A kill -9
/// would not show it, as the kernel keeps what a dead process has written.
class SyncTrial {

    private static final Pattern SYNCED =
            Pattern.compile("(fdatasync|fsync)\\(\\d+\\) += 0|<\\.\\.\\. (fdatasync|fsync) resumed>\\) += 0");

    @Trial
    @OwnServer
    @Spec("XEP-0198 §4")
    void the_message_is_synced_before_anybody_hears_of_it(World world) throws Exception {
        assumeTrue(Program.isInstalled("strace", "true"), "needs strace, and leave to trace");
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        romeo.says("to warm up", juliet).isAcked();
        balcony.hears("to warm up").getsNothingElse();

        var file = Files.createTempFile("kith-calls-", ".txt");
        var tracer = trace(world.server().pid(), file);
        romeo.says("wherefore art thou", juliet).isAcked();
        balcony.hears("wherefore art thou").getsNothingElse();
        tracer.destroy();
        assertTrue(tracer.waitFor(60, TimeUnit.SECONDS), "strace did not end");
        var calls = Files.readAllLines(file);
        Files.delete(file);

        var written = first(calls, 0, call -> call.contains("pwrite64(") && call.contains("wherefore art thou"));
        var synced = first(calls, written, call -> SYNCED.matcher(call).find());
        var sent = first(calls, 0, call -> isSend(call) && call.contains("wherefore art thou"));
        var acknowledged = first(calls, 0, call -> isSend(call) && call.contains("<a xmlns="));
        assertTrue(written < synced, "what was written was not synced");
        assertTrue(synced < sent, "the message left before it was synced");
        assertTrue(synced < acknowledged, "the message was acknowledged before it was synced");
    }

    private static boolean isSend(String call) {
        return call.contains("sendto(")
                || call.contains("send(")
                || call.contains(" write(")
                || call.contains("writev(");
    }

    /// The index of the first such call after `from`.
    private static int first(List<String> calls, int from, Predicate<String> fits) {
        for (var i = from; i < calls.size(); i++) {
            if (fits.test(calls.get(i))) {
                return i;
            }
        }
        throw new AssertionError("not among " + calls.size() + " system calls");
    }

    /// Follows all threads of the process; returns once it does. The log's writer writes all that waits for it at once,
    /// so the message may be far behind in a call's bytes.
    private static Process trace(long pid, Path file) throws IOException, InterruptedException {
        var calls = "trace=pwrite64,fsync,fdatasync,sendto,write,writev";
        var tracer = new ProcessBuilder(
                        "strace", "-f", "-s", "100000", "-e", calls, "-o", file.toString(), "-p", Long.toString(pid))
                .redirectErrorStream(true)
                .start();
        var said = tracer.inputReader(UTF_8).readLine();
        assertTrue(said != null && said.contains("attached"), () -> "strace said: " + said);
        return tracer;
    }
}
