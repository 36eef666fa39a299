package im.kith.server.control;

import im.kith.server.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The way from the `ctl` command to the server that runs on a data directory. Thread-safe.
final class ControlClient {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final Path data;
    private final String base;
    private final String token;

    private ControlClient(Path data, String base, String token) {
        this.data = data;
        this.base = base;
        this.token = token;
    }

    static ControlClient open(Path data) throws Failure {
        var shown = data.toAbsolutePath().normalize();
        if (!Files.isDirectory(data)) {
            throw Failure.unreachable("there is no data directory " + shown + "; say which one with --data DIR");
        }
        try {
            var announcement = Json.object(Files.readAllBytes(data.resolve(ControlAccess.ADDRESS_FILE)));
            var base = announcement == null ? null : Json.string(announcement, "http");
            if (base == null) {
                throw Failure.unreachable(data.resolve(ControlAccess.ADDRESS_FILE) + " is damaged; restart the server");
            }
            var token = Files.readString(data.resolve(ControlAccess.TOKEN_FILE)).strip();
            return new ControlClient(data, base, token);
        } catch (NoSuchFileException e) {
            throw Failure.unreachable("no server runs on the data directory " + shown
                    + "; start it with ./kith serve --data " + data + ", or say which directory with --data DIR");
        } catch (AccessDeniedException e) {
            throw Failure.unreachable("you may not read " + e.getFile() + "; run this as the user who runs the server");
        } catch (IOException e) {
            throw Failure.unreachable("cannot read " + shown + ": " + e.getMessage());
        }
    }

    Map<String, Object> get(String path) throws Failure {
        return send(request(path).GET().build());
    }

    Map<String, Object> post(String path, Map<String, ?> body) throws Failure {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(body)))
                .build());
    }

    /// Sends an XML document.
    Map<String, Object> postXml(String path, byte[] document) throws Failure {
        return send(request(path)
                .header("Content-Type", "application/xml")
                .POST(HttpRequest.BodyPublishers.ofByteArray(document))
                .build());
    }

    /// Writes what the server answers to `out`.
    void download(String path, OutputStream out) throws Failure {
        var request = request(path).GET().build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var body = response.body()) {
                if (response.statusCode() / 100 == 2) {
                    body.transferTo(out);
                    out.flush();
                    return;
                }
                var problem = Json.object(body.readAllBytes());
                var detail = problem == null ? null : Json.string(problem, "detail");
                throw refusal(response.statusCode(), request.uri().getPath(), detail);
            }
        } catch (IOException e) {
            throw Failure.unreachable("the connection to " + base + " broke: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unreachable("interrupted");
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER_TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private Map<String, Object> send(HttpRequest request) throws Failure {
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            var body = Json.object(response.body());
            if (response.statusCode() / 100 == 2 && body != null) return body;
            var detail = body == null ? null : Json.string(body, "detail");
            throw refusal(response.statusCode(), request.uri().getPath(), detail);
        } catch (ConnectException e) {
            throw Failure.unreachable("the server of " + data.toAbsolutePath().normalize() + " does not answer at "
                    + base + ": it has stopped without tidying up; start it with ./kith serve --data " + data);
        } catch (IOException e) {
            throw Failure.unreachable("the connection to " + base + " broke: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unreachable("interrupted");
        }
    }

    private Failure refusal(int status, String path, @Nullable String detail) {
        if (status == 404 && "There is nothing here.".equals(detail)) {
            return Failure.unreachable("what listens at " + base + " is not the server of "
                    + data.toAbsolutePath().normalize() + ", or a proxy stands in between");
        }
        return Failure.refused(detail == null ? path + ": HTTP " + status : detail);
    }

    /// Why a command came to nothing, in words for who typed it; `exitCode` for scripts.
    static final class Failure extends Exception {

        private static final long serialVersionUID = 1;

        private final int exitCode;

        private Failure(String message, int exitCode) {
            super(message, null, false, false);
            this.exitCode = exitCode;
        }

        /// The server said no: exit code 1.
        static Failure refused(String why) {
            return new Failure(why, 1);
        }

        /// There is no server to ask: exit code 3 (2 is a mistyped command).
        static Failure unreachable(String why) {
            return new Failure(why, 3);
        }

        int exitCode() {
            return exitCode;
        }
    }
}
