package im.kith.server.reports;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.server.auth.ServerShelf;
import im.kith.server.feature.Command;
import im.kith.server.feature.blocking.Reports;
import im.kith.server.http.Json;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What people have reported (XEP-0377), until the operator is done with it. Administrators are told by a message. Each
/// account files so many a day; the oldest make room. Between the feature, which is made before the store is open, and
/// the store. Thread-safe; nothing blocks.
///
/// ```
/// the server's shelf "reports": time and noise, sortable → the report as JSON
/// ```
public final class ReportBook implements Reports {

    static final int MOST = 10_000;
    static final int MOST_A_DAY = 50;

    private static final Logger LOG = LoggerFactory.getLogger(ReportBook.class);
    private static final String SHELF = "reports";
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final String domain;
    private final LongSupplier clockMillis;
    private final Supplier<List<Jid>> administrators;
    private final Map<String, Integer> filed = new HashMap<>();
    private long day;
    private volatile @Nullable Parts parts;

    private record Parts(ServerShelf shelf, Directory directory) {}

    public ReportBook(String domain, LongSupplier clockMillis, Supplier<List<Jid>> administrators) {
        this.domain = domain;
        this.clockMillis = clockMillis;
        this.administrators = administrators;
    }

    /// From now on it works.
    public void use(ServerShelf shelf, Directory directory) {
        parts = new Parts(shelf, directory);
    }

    @Override
    public void file(Report report) {
        var now = parts;
        if (now == null || !counts(report.by().toString())) return;
        long millis = clockMillis.getAsLong();
        var id = "%013d-%s".formatted(millis, UUID.randomUUID().toString().substring(0, 8));
        var row = new LinkedHashMap<String, Object>();
        row.put("id", id);
        row.put("at", Instant.ofEpochMilli(millis).toString());
        row.put("by", report.by().toString());
        row.put("about", report.about().toString());
        row.put("reason", report.reason());
        row.put("text", report.text());
        row.put("stanzas", report.stanzas());
        var bytes = Json.text(row).getBytes(StandardCharsets.UTF_8);
        var done = now.shelf
                .put(SHELF, id, bytes)
                .thenCompose(_ -> now.shelf.rows(SHELF))
                .thenCompose(rows -> {
                    var rest = new ArrayList<ServerShelf.Row>();
                    for (var key : rows.keySet()) {
                        if (rows.size() - rest.size() <= MOST) break;
                        rest.add(new ServerShelf.Row(SHELF, key, null));
                    }
                    CompletionStage<Void> put =
                            rest.isEmpty() ? CompletableFuture.completedStage(null) : now.shelf.putAll(rest);
                    return put;
                })
                .whenComplete((_, fault) -> {
                    if (fault != null) LOG.warn("A report could not be kept", fault);
                    else tell(now.directory, report);
                });
        if (done == null) throw new IllegalStateException("a stage without a handle");
    }

    private synchronized boolean counts(String account) {
        long today = clockMillis.getAsLong() / DAY_MILLIS;
        if (today != day) filed.clear();
        day = today;
        return filed.merge(account, 1, Integer::sum) <= MOST_A_DAY;
    }

    private void tell(Directory directory, Report report) {
        var reason = report.reason().substring(report.reason().lastIndexOf(':') + 1);
        var text = "%s reports %s: %s%s%s"
                .formatted(
                        report.by(),
                        report.about(),
                        reason,
                        report.text().isEmpty() ? "" : "\n" + report.text(),
                        report.stanzas().isEmpty()
                                ? ""
                                : "\n(" + report.stanzas().size() + " messages)");
        for (var administrator : administrators.get()) {
            var name = administrator.local();
            if (name == null || !administrator.domain().equals(domain)) continue;
            var message = Element.build(Stanza.CLIENT, "message")
                    .attribute("type", "normal")
                    .attribute("id", UUID.randomUUID().toString())
                    .child("subject", "Report")
                    .child("body", text)
                    .build();
            var from = Jid.of(null, domain, null);
            var stanza = Stanza.of(Stanza.Kind.MESSAGE, from, administrator, message);
            if (directory.ask(name, new Request.Deliver(stanza)) == null) throw new IllegalStateException();
        }
    }

    @Override
    public List<Command> commands() {
        return List.of(ReportDesk.command(this, who -> administrators.get().contains(who.bare())));
    }

    /// All that are not done, oldest first.
    public CompletionStage<List<Map<String, Object>>> list() {
        return shelf().rows(SHELF).thenApply(rows -> {
            var reports = new ArrayList<Map<String, Object>>();
            for (var row : rows.values()) reports.add(Objects.requireNonNull(Json.object(row)));
            return reports;
        });
    }

    /// The operator has dealt with it; false if there is none.
    public CompletionStage<Boolean> done(String id) {
        return shelf().row(SHELF, id).thenCompose(row -> {
            if (row == null) return CompletableFuture.completedStage(false);
            return shelf().put(SHELF, id, null).thenApply(_ -> true);
        });
    }

    private ServerShelf shelf() {
        return Objects.requireNonNull(parts, "the server is starting").shelf;
    }
}
