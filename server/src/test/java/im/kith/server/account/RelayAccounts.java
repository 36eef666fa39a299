package im.kith.server.account;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A heart that keeps nothing: messages go to the account's last device, requests to the server are answered empty. It
/// shows what the stream layer costs by itself.
public final class RelayAccounts implements Directory {

    private final ExecutorService partition = Executors.newSingleThreadExecutor();
    private final Map<String, Link> links = new HashMap<>();
    private final Map<Session, Link> sessions = new HashMap<>();
    private final String domain;

    public RelayAccounts(String domain) {
        this.domain = domain;
    }

    private static final class Output {
        final List<byte[]> elements = new ArrayList<>(2);
        int consumed;
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
        var outputs = new LinkedHashMap<Link, Output>();
        for (var event : batch) {
            switch (event) {
                case Event.Bind bind -> bind(bind);
                case Event.Arrived arrived -> arrived(arrived, outputs);
                case Event.Closed closed -> {
                    var link = sessions.get(closed.session());
                    if (link != null) link.close(null);
                }
                case Event.Gone gone -> sessions.remove(gone.session());
                default -> {}
            }
        }
        outputs.forEach((link, output) -> link.send(output.elements, output.consumed, true));
    }

    private void bind(Event.Bind bind) {
        var jid = Jid.of(bind.account(), domain, bind.resource() == null ? "made" : bind.resource());
        if (jid == null) throw new AssertionError(bind.account());
        var session = new Session(jid, 0);
        links.put(bind.account(), bind.link());
        sessions.put(session, bind.link());
        bind.link().bound(new Bound(session, false, null, 0, List.of()));
    }

    private void arrived(Event.Arrived arrived, Map<Link, Output> outputs) {
        var own = sessions.get(arrived.session());
        if (own == null) return;
        outputs.computeIfAbsent(own, link -> new Output()).consumed++;
        var stanza = arrived.stanza();
        var to = stanza.to();
        if (stanza.isMessage() && to != null && to.local() != null) {
            var link = links.get(to.local());
            if (link != null) {
                outputs.computeIfAbsent(link, each -> new Output())
                        .elements
                        .add(XmlWriter.toBytes(stanza.element(), Stanza.CLIENT));
            }
        } else if (stanza.isRequest()) {
            var payload = stanza.payload();
            var answer = stanza.result(
                    payload != null && payload.name().equals("query")
                            ? Element.empty(payload.namespace(), "query")
                            : null);
            outputs.computeIfAbsent(own, link -> new Output())
                    .elements
                    .add(XmlWriter.toBytes(answer.element(), Stanza.CLIENT));
        }
    }

    @Override
    public <T> CompletionStage<T> ask(String account, Request<T> request) {
        return CompletableFuture.failedStage(new UnsupportedOperationException());
    }
}
