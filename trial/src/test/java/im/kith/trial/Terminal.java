package im.kith.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.play.World;
import im.kith.trial.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A terminal of its own (tmux) for programs that draw on one.
final class Terminal implements AutoCloseable {

    private static final Duration AGAIN = Duration.ofSeconds(2);

    /// Each has a socket of its own: at another's it would meet a tmux that is just about to end.
    private static final AtomicInteger SOCKETS = new AtomicInteger();

    private final World world;
    private final Path directory;
    private final Path socket;
    private Optional<ProcessHandle> running = Optional.empty();

    Terminal(World world, Path directory) {
        this.world = world;
        this.directory = directory;
        socket = directory.resolve("tmux" + SOCKETS.incrementAndGet());
    }

    /// Starts a program in it, with its files below this terminal's directory.
    Terminal runs(String program) {
        tmux(
                "new-session",
                "-d",
                "-x",
                "160",
                "-y",
                "60",
                "-s",
                "play",
                "exec env HOME=" + directory + " TERM=screen " + program);
        running = ProcessHandle.of(Long.parseLong(
                tmux("display-message", "-p", "-t", "play", "#{pane_pid}").strip()));
        return this;
    }

    Terminal types(String line) {
        tmux("send-keys", "-t", "play", "-l", line);
        tmux("send-keys", "-t", "play", "Enter");
        return this;
    }

    /// Types a line that does nothing when it comes too early, and does no harm when it has done its work: again and
    /// again until the text is shown.
    Terminal typesUntilShown(String line, String text) {
        var deadlineNanos = System.nanoTime() + Wire.PATIENCE.toNanos();
        do {
            types(line);
        } while (!showsWithin(text, AGAIN) && System.nanoTime() < deadlineNanos);
        return shows(text);
    }

    /// Waits until the screen or what has scrolled off it shows the text.
    Terminal shows(String text) {
        if (showsWithin(text, Wire.PATIENCE)) {
            return this;
        }
        throw new AssertionError("the terminal does not show '" + text + "' but\n" + world.toPlay(screen().strip()));
    }

    private boolean showsWithin(String text, Duration patience) {
        var deadlineNanos = System.nanoTime() + patience.toNanos();
        while (!screen().contains(text)) {
            if (System.nanoTime() > deadlineNanos) {
                return false;
            }
            pause();
        }
        return true;
    }

    private String screen() {
        return tmux("capture-pane", "-p", "-t", "play", "-S", "-200");
    }

    /// What the regex's group matches on the screen, line by line: once it is what it should be, or at last.
    List<String> lines(String regex, Predicate<List<String>> complete) {
        var deadlineNanos = System.nanoTime() + Wire.PATIENCE.toNanos();
        while (true) {
            var lines = Pattern.compile(regex, Pattern.MULTILINE)
                    .matcher(screen())
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            if (complete.test(lines) || System.nanoTime() > deadlineNanos) {
                return lines;
            }
            pause();
        }
    }

    /// Waits until the program has ended.
    void isOver() {
        var deadlineNanos = System.nanoTime() + Wire.PATIENCE.toNanos();
        while (run(List.of("has-session", "-t", "play")).code() == 0) {
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError("the program has not ended");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String tmux(String... arguments) {
        var result = run(List.of(arguments));
        if (result.code() != 0) {
            throw new AssertionError("tmux " + arguments[0] + ": " + result.output());
        }
        return result.output();
    }

    private record Result(int code, String output) {}

    private Result run(List<String> arguments) {
        var command = new ArrayList<>(List.of("tmux", "-S", socket.toString(), "-f", "/dev/null"));
        command.addAll(arguments);
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C.UTF-8");
            var process = builder.start();
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Ends the program with its terminal. When this returns it writes no file any more, so that its directory can go.
    @Override
    public void close() {
        run(List.of("kill-server"));
        running.ifPresent(program -> program.onExit()
                .completeOnTimeout(program, Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join()
                .destroyForcibly());
    }
}
