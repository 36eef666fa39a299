package im.kith.server.account;

import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A fake heart for tests of the stream layer: one thread, every stanza comes back to who sent it, every event is
/// recorded.
public final class EchoAccounts implements Directory, AutoCloseable {

    /// Only a test that fails waits for so long.
    private static final int PATIENCE_SECONDS = 60;

    public final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final ExecutorService partition = Executors.newSingleThreadExecutor();
    private final Map<Session, Link> links = new ConcurrentHashMap<>();
    private final String domain;
    private final boolean recording;
    private volatile boolean answering = true;

    public EchoAccounts(String domain, boolean recording) {
        this.domain = domain;
        this.recording = recording;
    }

    /// While off, arrivals are neither answered nor consumed.
    public void answering(boolean answering) {
        this.answering = answering;
    }

    /// The next event of that kind; waits for it.
    public <E extends Event> E next(Class<E> kind) throws InterruptedException {
        while (true) {
            var event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " within " + PATIENCE_SECONDS + " s");
            }
            if (kind.isInstance(event)) return kind.cast(event);
        }
    }

    public Link link(Session session) {
        var link = links.get(session);
        if (link == null) throw new AssertionError("no link");
        return link;
    }

    public void end(Session session, @Nullable StreamError error) {
        partition.execute(() -> link(session).close(error));
    }

    @Override
    public Inlet inlet() {
        return new Inlet() {
            private List<Event> collected = new ArrayList<>();

            @Override
            public void add(Event event) {
                collected.add(event);
            }

            @Override
            public void flush() {
                var batch = collected;
                collected = new ArrayList<>();
                partition.execute(() -> handle(batch));
            }
        };
    }

    private void handle(List<Event> batch) {
        for (var event : batch) {
            switch (event) {
                case Event.Bind bind -> bind(bind);
                case Event.Resume resume -> {
                    if (resume.streamId().equals("known")) {
                        var session = session(resume.account(), "resumed");
                        links.put(session, resume.link());
                        resume.link().bound(new Bound(session, true, resume.streamId(), 7, List.of()));
                    } else {
                        resume.link().resumeRefused(StanzaError.of(StanzaError.Condition.ITEM_NOT_FOUND), 5);
                    }
                }
                case Event.Arrived arrived -> echo(arrived.session(), arrived.stanza());
                case Event.Malformed malformed ->
                    link(malformed.session())
                            .send(
                                    List.of(bytes(malformed
                                            .stanza()
                                            .error(StanzaError.of(StanzaError.Condition.JID_MALFORMED)))),
                                    1,
                                    true);
                case Event.Nonza nonza -> {}
                case Event.Writable writable -> {}
                case Event.Closed closed -> {
                    var link = links.remove(closed.session());
                    if (link != null) link.close(null);
                }
                case Event.Gone gone -> links.remove(gone.session());
            }
            if (recording) events.add(event);
        }
    }

    private void bind(Event.Bind bind) {
        if ("taken".equals(bind.resource())) {
            bind.link().bindRefused(StanzaError.of(StanzaError.Condition.CONFLICT));
            return;
        }
        var session = session(bind.account(), bind.resource() == null ? "made" : bind.resource());
        links.put(session, bind.link());
        bind.link().bound(new Bound(session, false, bind.inline().isEmpty() ? null : "sm1", 0, bind.inline()));
    }

    private Session session(String account, String resource) {
        var jid = Jid.of(account, domain, resource);
        if (jid == null) throw new AssertionError(account);
        return new Session(jid, 0);
    }

    private void echo(Session session, Stanza stanza) {
        if (!answering) return;
        var link = links.get(session);
        if (link != null) link.send(List.of(bytes(stanza)), 1, true);
    }

    private static byte[] bytes(Stanza stanza) {
        return XmlWriter.toBytes(stanza.element(), Stanza.CLIENT);
    }

    @Override
    public <T> CompletionStage<T> ask(String account, Request<T> request) {
        return CompletableFuture.failedStage(new UnsupportedOperationException());
    }

    @Override
    public void close() {
        partition.shutdownNow();
    }
}
