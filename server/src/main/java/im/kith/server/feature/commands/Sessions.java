package im.kith.server.feature.commands;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The sessions of commands that are under way, and for a while those that are over. In memory only: after a restart
/// one begins anew. Bounded: the oldest go first. Thread-safe.
final class Sessions {

    enum State {
        OPEN,
        OVER,
        UNKNOWN
    }

    private static final int MOST = 4096;
    private static final long LIFE_MILLIS = 15 * 60_000;
    private static final int ID_BYTES = 12;

    private record Session(String from, String node, long sinceMillis, boolean over) {}

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    /// A new session of this command with that full JID.
    synchronized String begin(String from, String node, long nowMillis) {
        var bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        var id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        sessions.put(id, new Session(from, node, nowMillis, false));
        if (sessions.size() > MOST) {
            Iterator<String> oldest = sessions.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return id;
    }

    /// Of the session of that person and command.
    synchronized State state(String id, String from, String node, long nowMillis) {
        var session = sessions.get(id);
        if (session == null || !session.from.equals(from) || !session.node.equals(node)) return State.UNKNOWN;
        return session.over || nowMillis - session.sinceMillis > LIFE_MILLIS ? State.OVER : State.OPEN;
    }

    synchronized void end(String id) {
        sessions.computeIfPresent(
                id, (key, session) -> new Session(session.from, session.node, session.sinceMillis, true));
    }
}
