package im.kith.server.signup;

import im.kith.server.http.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/// `sms.provider = log`: sends nothing; writes each SMS as one line `{"time","to","text"}` to a file that only its
/// owner may read, and to the console.
public final class LogSms implements SmsSender {

    private final Path file;
    private final PrintStream console;
    private final InstantSource clock;
    private final Executor executor;

    /// @param executor where the file is written; one that runs one task after the other is not needed
    public LogSms(Path file, PrintStream console, InstantSource clock, Executor executor) {
        this.file = file;
        this.console = console;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public CompletionStage<Void> send(PhoneNumber to, String text) {
        return CompletableFuture.runAsync(() -> write(to, text), executor);
    }

    private synchronized void write(PhoneNumber to, String text) {
        var sms = new LinkedHashMap<String, String>();
        sms.put("time", clock.instant().toString());
        sms.put("to", to.e164());
        sms.put("text", text);
        try (var out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            var line = ByteBuffer.wrap((Json.text(sms) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) out.write(line);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot write " + file, e);
        }
        console.println("SMS to " + to.e164() + ": " + text);
    }
}
