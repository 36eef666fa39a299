package im.kith.trial.play;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.wire.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Somebody else's program that takes part in a play: what it prints is looked at line by line.
public final class Program implements AutoCloseable {

    private final World world;
    private final String name;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private int seen;

    private Program(World world, String name, Process process) {
        this.world = world;
        this.name = name;
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /// Whether there is such a program in the path.
    public static boolean isInstalled(String... command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public static Program start(World world, String name, Map<String, String> environment, List<String> command) {
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            return new Program(world, name, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                world.dialogue().add(name, "←", line);
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            world.dialogue().add(name, "·", "ended: " + e.getMessage());
        }
    }

    /// Types a line.
    public Program says(String line) {
        world.dialogue().add(name, "→", line);
        try {
            process.getOutputStream().write((line + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// Ends its input.
    public Program hasSaidEverything() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// Waits for a line that matches, among those that no earlier call has looked at.
    public Program prints(String regex) {
        var pattern = Pattern.compile(regex);
        var deadlineNanos = System.nanoTime() + Wire.PATIENCE.toNanos();
        synchronized (lines) {
            while (true) {
                while (seen < lines.size()) {
                    if (pattern.matcher(lines.get(seen++)).find()) {
                        return this;
                    }
                }
                var leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    throw new AssertionError(name + " printed no line like " + regex + " but " + lines);
                }
                try {
                    lines.wait(Math.min(leftMillis, 200));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted", e);
                }
            }
        }
    }

    /// Waits for lines that match, in whatever order they come, among those that no earlier call has looked at.
    public Program printsAll(String... regexes) {
        int from;
        synchronized (lines) {
            from = seen;
        }
        int furthest = from;
        for (var regex : regexes) {
            synchronized (lines) {
                seen = from;
            }
            prints(regex);
            synchronized (lines) {
                furthest = Math.max(furthest, seen);
            }
        }
        synchronized (lines) {
            seen = furthest;
        }
        return this;
    }

    /// What the regex's group has matched so far, in order.
    public List<String> printed(String regex) {
        var pattern = Pattern.compile(regex);
        synchronized (lines) {
            return lines.stream()
                    .map(pattern::matcher)
                    .filter(Matcher::find)
                    .map(match -> match.group(1))
                    .toList();
        }
    }

    /// How many lines so far match.
    public long count(String regex) {
        var pattern = Pattern.compile(regex);
        synchronized (lines) {
            return lines.stream().filter(line -> pattern.matcher(line).find()).count();
        }
    }

    /// Waits for it to end and returns the exit code.
    public int ends() {
        try {
            if (!process.waitFor(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return process.exitValue();
    }

    /// As if its battery were pulled out. It writes no file any more when this returns: the play's directory is removed
    /// next.
    @Override
    public void close() {
        process.destroyForcibly();
        ends();
    }
}
