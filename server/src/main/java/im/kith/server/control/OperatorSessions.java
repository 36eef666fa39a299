package im.kith.server.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Who is signed in at the operators' page, in memory only: a restart signs everybody out.
///
/// A link made by `./kith ctl admin-link` is good for five minutes and for one browser. What that browser gets for it
/// is good for eight hours at most, and for half an hour without an order. Of both only hashes are kept. There are few
/// of each; the oldest makes room. Thread-safe.
public final class OperatorSessions {

    static final Duration LINK_LIFE = Duration.ofMinutes(5);
    static final Duration SESSION_LIFE = Duration.ofHours(8);
    static final Duration IDLE_LIFE = Duration.ofMinutes(30);
    static final int MOST_LINKS = 8;
    static final int MOST_SESSIONS = 16;
    static final int REQUESTS_PER_WINDOW = 300;
    static final Duration WINDOW = Duration.ofSeconds(10);

    private static final int SECRET_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final LongSupplier clockMillis;
    private final Map<String, Long> links = bounded(MOST_LINKS);
    private final Map<String, Session> sessions = bounded(MOST_SESSIONS);

    private static final class Session {
        private final long beganMillis;
        private long usedMillis;
        private long windowMillis;
        private int requests;

        Session(long now) {
            beganMillis = now;
            usedMillis = now;
            windowMillis = now;
        }

        long endsMillis() {
            return Math.min(beganMillis + SESSION_LIFE.toMillis(), usedMillis + IDLE_LIFE.toMillis());
        }
    }

    public OperatorSessions(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
    }

    private static <T> Map<String, T> bounded(int most) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > most;
            }
        };
    }

    /// What one browser can sign in with.
    record Link(String code, long expiresMillis) {}

    synchronized Link link() {
        var code = secret();
        long expires = clockMillis.getAsLong() + LINK_LIFE.toMillis();
        links.put(hash(code), expires);
        return new Link(code, expires);
    }

    /// The new session's token for a link's code, which is spent; null when it is none, spent or too old.
    synchronized @Nullable String begin(String code) {
        var expires = links.remove(hash(code));
        long now = clockMillis.getAsLong();
        if (expires == null || now >= expires) return null;
        forgetOld(now);
        var token = secret();
        sessions.put(hash(token), new Session(now));
        return token;
    }

    enum Admission {
        ADMITTED,
        UNKNOWN,
        TOO_MANY
    }

    /// Whether who brings this token is signed in. With `keeps`, the session is used and lives on; what a page asks for
    /// by itself does not keep it.
    synchronized Admission admit(@Nullable String token, boolean keeps) {
        var key = token == null ? "" : hash(token);
        var session = sessions.get(key);
        if (session == null) return Admission.UNKNOWN;
        long now = clockMillis.getAsLong();
        if (now >= session.endsMillis()) {
            sessions.remove(key);
            return Admission.UNKNOWN;
        }
        if (now - session.windowMillis >= WINDOW.toMillis()) {
            session.windowMillis = now;
            session.requests = 0;
        }
        if (++session.requests > REQUESTS_PER_WINDOW) return Admission.TOO_MANY;
        if (keeps) session.usedMillis = now;
        return Admission.ADMITTED;
    }

    /// Until when the session is good if nothing is done with it; 0 for none.
    synchronized long endsMillis(@Nullable String token) {
        var session = token == null ? null : sessions.get(hash(token));
        return session == null ? 0 : session.endsMillis();
    }

    synchronized void end(@Nullable String token) {
        if (token != null) sessions.remove(hash(token));
    }

    /// Signs everybody out and voids the links that wait; how many were signed in.
    synchronized int endAll() {
        forgetOld(clockMillis.getAsLong());
        int count = sessions.size();
        sessions.clear();
        links.clear();
        return count;
    }

    private void forgetOld(long now) {
        for (Iterator<Session> each = sessions.values().iterator(); each.hasNext(); ) {
            if (now >= each.next().endsMillis()) each.remove();
        }
    }

    private String secret() {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// What is looked up is a hash, so that the time it takes tells nothing of the secret.
    private static String hash(String secret) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
