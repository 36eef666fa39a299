package im.kith.server.auth;

import im.kith.server.account.Directory;
import im.kith.server.account.Inlet;
import im.kith.server.account.Request;
import im.kith.server.account.Request.SessionInfo;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Accounts as far as sign-up and operators see them: rows in a [MemoryStore], and sessions that tests put there.
public final class MemoryDirectory implements Directory {

    public record Farewell(String account, StreamError error) {}

    public final List<Farewell> farewells = new ArrayList<>();
    public final Map<String, List<SessionInfo>> sessions = new LinkedHashMap<>();
    public final List<Stanza> delivered = new ArrayList<>();
    public long taken;
    private final MemoryStore store;

    public MemoryDirectory(MemoryStore store) {
        this.store = store;
    }

    @Override
    public Inlet inlet() {
        throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("unchecked")
    public synchronized <T> CompletionStage<T> ask(String account, Request<T> request) {
        Object answer =
                switch (request) {
                    case Request.Create create -> {
                        boolean there = exists(account);
                        if (!there) putCredentials(account, create.credentials());
                        yield !there;
                    }
                    case Request.ReplaceCredentials replace -> {
                        boolean there = exists(account);
                        putCredentials(account, replace.credentials());
                        farewells.add(new Farewell(account, replace.farewell()));
                        sessions.remove(account);
                        yield there;
                    }
                    case Request.UpdateCredentials update -> {
                        boolean there = exists(account);
                        if (there) putCredentials(account, update.credentials());
                        yield there;
                    }
                    case Request.Remove remove -> {
                        boolean there = exists(account);
                        store.erase(account);
                        farewells.add(new Farewell(account, remove.farewell()));
                        yield there;
                    }
                    case Request.Sessions sessionsOf -> sessions.getOrDefault(account, List.of());
                    case Request.Kick kick -> {
                        var all = sessions.getOrDefault(account, List.of());
                        var left = all.stream()
                                .filter(session -> kick.resource() != null
                                        && !kick.resource().equals(session.resource()))
                                .toList();
                        sessions.put(account, left);
                        farewells.add(new Farewell(account, kick.farewell()));
                        yield all.size() - left.size();
                    }
                    case Request.KickDevice kick -> {
                        farewells.add(new Farewell(account, kick.farewell()));
                        yield 1;
                    }
                    case Request.PutHotRow put -> {
                        boolean there = exists(account);
                        if (there) store.put(account, put.shelf(), put.key(), put.value());
                        yield there;
                    }
                    case Request.Deliver deliver -> {
                        delivered.add(deliver.stanza());
                        yield exists(account);
                    }
                    case Request.Describe ignored ->
                        new Request.Description(
                                exists(account), 0, Element.empty("jabber:iq:roster", "query"), 0, List.of(), taken);
                    case Request.Query query ->
                        Element.build(Stanza.CLIENT, "iq")
                                .attribute("type", "error")
                                .build();
                    case Request.SubscriptionRequests ignored -> List.of();
                    case Request.PutContact ignored -> exists(account);
                    case Request.PutPast ignored -> exists(account);
                    case Request.PutRow put -> {
                        boolean there = exists(account);
                        if (there) store.put(account, put.shelf(), put.key(), put.value());
                        yield there;
                    }
                };
        return CompletableFuture.completedStage((T) answer);
    }

    private boolean exists(String account) {
        return store.row(account, Credentials.SHELF, Credentials.ROW)
                        .toCompletableFuture()
                        .join()
                != null;
    }

    private void putCredentials(String account, byte[] row) {
        store.put(account, Credentials.SHELF, Credentials.ROW, row);
    }
}
