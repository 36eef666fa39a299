package im.kith.server.push;

import im.kith.server.feature.push.Pusher.Kind;
import im.kith.server.feature.push.Pusher.Target;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One kind of push service: one try to send one message. When to try, and whether again, is [Pushes]'s affair.
/// Thread-safe; blocks the (virtual) thread that asks.
///
/// @param <T> where it sends
interface PushService<T extends Target> {

    /// What became of a try.
    sealed interface Outcome {}

    enum Settled implements Outcome {
        /// The service has taken it.
        TAKEN,
        /// Nobody is woken there any more.
        GONE
    }

    /// The service is busy or broken, or wants another proof of who sends: again, not before so many milliseconds.
    record Later(long millis) implements Outcome {}

    /// The service will not take it, whenever it is asked; `why` is for the log.
    record Refused(String why) implements Outcome {}

    Outcome send(T target, Kind kind) throws IOException, InterruptedException, GeneralSecurityException;

    /// The longest that a service's `Retry-After` is believed.
    long MOST_PAUSE_SECONDS = 3600;

    /// What the header says, 0 if it says nothing that is understood.
    static long retryAfterMillis(HttpResponse<?> answer) {
        return retryAfterMillis(answer.headers().firstValue("retry-after").orElse(null));
    }

    /// The same, of the header's value or null.
    static long retryAfterMillis(@Nullable String text) {
        if (text == null || !text.matches("\\d{1,6}")) return 0;
        return TimeUnit.SECONDS.toMillis(Math.min(Long.parseLong(text), MOST_PAUSE_SECONDS));
    }
}
