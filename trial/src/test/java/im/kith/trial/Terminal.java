package im.kith.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.play.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A terminal of its own (tmux) for programs that draw on one.
final class Terminal implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final World world;
    private final Path directory;

    Terminal(World world, Path directory) {
        this.world = world;
        this.directory = directory;
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
                "env HOME=" + directory + " TERM=screen " + program);
        return this;
    }

    Terminal types(String line) {
        tmux("send-keys", "-t", "play", "-l", line);
        tmux("send-keys", "-t", "play", "Enter");
        return this;
    }

    /// Waits until the screen or what has scrolled off it shows the text.
    Terminal shows(String text) {
        var deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        var screen = "";
        while (System.nanoTime() < deadlineNanos) {
            screen = tmux("capture-pane", "-p", "-t", "play", "-S", "-200");
            if (screen.contains(text)) {
                return this;
            }
            pause();
        }
        throw new AssertionError("the terminal does not show '" + text + "' but\n" + world.toPlay(screen.strip()));
    }

    /// What the regex's group matches on the screen, line by line.
    List<String> lines(String regex) {
        return Pattern.compile(regex, Pattern.MULTILINE)
                .matcher(tmux("capture-pane", "-p", "-t", "play", "-S", "-200"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /// Waits until the program has ended.
    void isOver() {
        var deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
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
        var command =
                new ArrayList<>(List.of("tmux", "-S", directory.resolve("tmux").toString(), "-f", "/dev/null"));
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

    @Override
    public void close() {
        run(List.of("kill-server"));
    }
}
