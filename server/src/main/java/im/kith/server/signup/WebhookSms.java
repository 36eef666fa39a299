package im.kith.server.signup;

import im.kith.server.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `sms.provider = webhook`: one HTTP POST per SMS to a provider's URL.
///
/// `{phone}` and `{text}` in the body are replaced, written as the inside of a JSON string (or, when the content type
/// is `application/x-www-form-urlencoded`, as a form wants them). A 2xx is success; 408, 429, 5xx, a time-out or a
/// broken connection are tried again with doubling pauses; any other answer is final. Headers may hold secrets and
/// are never logged, nor is the text. At most [#MAX_UNDER_WAY] at a time, more fail at once. Thread-safe.
public final class WebhookSms implements SmsSender {

    /// What to post where. `retries` are tries after the first.
    public record Settings(
            URI url, String body, Map<String, String> headers, Duration timeout, int retries, Duration firstPause) {}

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSms.class);
    private static final int MAX_UNDER_WAY = 256;

    private final Settings settings;
    private final HttpClient client;
    private final Semaphore underWay = new Semaphore(MAX_UNDER_WAY);
    private final boolean form;

    public WebhookSms(Settings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .connectTimeout(settings.timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.form = settings.headers.entrySet().stream()
                .anyMatch(header -> header.getKey().equalsIgnoreCase("content-type")
                        && header.getValue().startsWith("application/x-www-form-urlencoded"));
    }

    @Override
    public CompletionStage<Void> send(PhoneNumber to, String text) {
        if (!underWay.tryAcquire()) {
            return CompletableFuture.failedStage(new IOException("too many SMS are under way"));
        }
        return attempt(request(to, text), 0).whenComplete((_, _) -> underWay.release());
    }

    private HttpRequest request(PhoneNumber to, String text) {
        var body = settings.body.replace("{phone}", escaped(to.e164())).replace("{text}", escaped(text));
        var request = HttpRequest.newBuilder(settings.url)
                .timeout(settings.timeout)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (settings.headers.keySet().stream().noneMatch("content-type"::equalsIgnoreCase)) {
            request.header("Content-Type", "application/json");
        }
        settings.headers.forEach(request::header);
        return request.build();
    }

    private String escaped(String value) {
        if (form) return java.net.URLEncoder.encode(value, java.nio.charset.StandardCharsets.UTF_8);
        var quoted = Json.text(value);
        return quoted.substring(1, quoted.length() - 1);
    }

    private CompletionStage<Void> attempt(HttpRequest request, int number) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((response, failure) -> {
                    if (failure == null && response.statusCode() / 100 == 2) {
                        return CompletableFuture.<Void>completedStage(null);
                    }
                    var why = failure == null ? "HTTP " + response.statusCode() : reason(failure);
                    boolean mayPass = failure != null || isTransient(response.statusCode());
                    if (!mayPass || number >= settings.retries) {
                        LOG.warn("the SMS provider at {} took no SMS: {}", settings.url.getHost(), why);
                        return CompletableFuture.<Void>failedStage(new IOException(why));
                    }
                    LOG.info("the SMS provider at {}: {}; trying again", settings.url.getHost(), why);
                    return CompletableFuture.runAsync(() -> {}, afterPause(number))
                            .thenCompose(_ -> attempt(request, number + 1));
                })
                .thenCompose(next -> next);
    }

    private Executor afterPause(int number) {
        long millis = settings.firstPause.toMillis() << Math.min(number, 10);
        return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
    }

    private static boolean isTransient(int status) {
        return status >= 500 || status == 408 || status == 429;
    }

    private static String reason(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }
}
