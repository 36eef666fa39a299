package im.kith.server.account;

import im.kith.server.feature.Reply;
import im.kith.store.Body;
import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// XEP-0313: Message Archive Management. An account's archive is its log: the entries filed as [Filed#ARCHIVED].
///
/// How [Account] uses it:
/// 1. A device's iq (own scope, get or set) whose payload is in `urn:xmpp:mam:2` and is no `<prefs/>` goes to
/// [#answer],
///    one at a time per device (an answer holds up to [PageFilling#PAGE_BYTES] and one more message).
/// 2. When the stage completes, on a thread of the store, the answer goes back to the partition as a message.
/// 3. There, if the session still stands, the device gets `messages` in their order and then the iq that `reply` makes,
///    beside the log's deliveries, not through them: the page is not kept for a device that goes away meanwhile.
/// 4. A failed stage is answered with `resource-constraint` (wait), as everywhere.
///
/// Thread-safe; reads only. Everything that can be decided without the store is in [ArchiveQuery] and [ArchivePage].
final class Archive {

    /// Entries that one read of the store fetches at most.
    private static final int CHUNK = 26;
    /// So many entries are looked at for one page when the store can't select them (a `with` that names a resource).
    private static final int MAX_EXAMINED = 10_000;
    /// A result is counted up to here along with a page; beyond it, the page says no count.
    private static final int COUNTED_WITH_PAGE = 1_000;
    /// A result is counted up to here when the device asks for the count alone (XEP-0059 §2.7).
    private static final int COUNTED_ALONE = 100_000;

    private static final StanzaError TOO_FAR = StanzaError.of(
            Condition.RESOURCE_CONSTRAINT, "Too many messages to look at; narrow the query with start and end.");

    /// What goes to the device: result messages, then the answer to its iq.
    record Answer(List<byte[]> messages, Reply reply) {
        static Answer of(Reply reply) {
            return new Answer(List.of(), reply);
        }
    }

    private final Store store;

    Archive(Store store) {
        this.store = store;
    }

    /// Answers the payload of an iq from `device` to the address `archive`, the owner `owner` in the store. `set` says
    /// which iq. What is not after `after` is as if it were not there; `instead` are the bodies that stand in for
    /// what was taken back, by number.
    CompletionStage<Answer> answer(
            String owner, Jid archive, Element payload, boolean set, Jid device, long after, Map<Long, Body> instead) {
        if (payload.is(ArchiveQuery.NAMESPACE, "query")) {
            if (!set) return done(Reply.result(ArchiveQuery.form()));
            return switch (ArchiveQuery.parse(payload)) {
                case ArchiveQuery.Refused(var error) -> done(Reply.error(error));
                case ArchiveQuery.Accepted(var query) -> query(owner, archive, query.after(after), device, instead);
            };
        }
        if (payload.is(ArchiveQuery.NAMESPACE, "metadata") && !set) return metadata(owner, after);
        return done(Reply.error(Condition.SERVICE_UNAVAILABLE));
    }

    private CompletionStage<Answer> query(
            String owner, Jid archive, ArchiveQuery query, Jid device, Map<Long, Body> instead) {
        return mentioned(owner, query).thenCompose(found -> {
            if (found.size() < query.mentioned().size()) return done(Reply.error(Condition.ITEM_NOT_FOUND));
            var ids = query.ids();
            var page = ids == null
                    ? page(owner, query)
                    : CompletableFuture.completedStage(PageFilling.ofNamed(query, ids, found));
            return page.thenApply(result -> result == null
                    ? Answer.of(Reply.error(TOO_FAR))
                    : new Answer(result.with(instead).messages(query, archive, device), Reply.result(result.fin())));
        });
    }

    /// The entries of all ids in the query that are in the archive.
    private CompletionStage<List<Entry>> mentioned(String owner, ArchiveQuery query) {
        CompletionStage<List<Entry>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (long id : query.mentioned()) {
            var one = store.read(owner, new Scan(id - 1, id + 1, 0, Long.MAX_VALUE, Filed.ARCHIVED, null, 1, false));
            all = all.thenCombine(one, (list, found) -> {
                list.addAll(found);
                return list;
            });
        }
        return all;
    }

    private CompletionStage<@Nullable ArchivePage> page(String owner, ArchiveQuery query) {
        return new PageReading(owner, query).next().thenCompose(page -> {
            if (page == null) return CompletableFuture.completedFuture(null);
            if (page.complete() && !query.continues()) {
                return CompletableFuture.completedFuture(
                        page.counted(page.entries().size()));
            }
            if (query.exact()) return CompletableFuture.completedFuture(page);
            int most = query.max() == 0 ? COUNTED_ALONE : COUNTED_WITH_PAGE;
            return store.count(owner, query.all(most), most)
                    .thenApply(count -> query.max() == 0 || count < most ? page.counted(count) : page);
        });
    }

    private CompletionStage<Answer> metadata(String owner, long after) {
        return ends(owner, after, false).thenCombine(ends(owner, after, true), (first, last) -> {
            var metadata = Element.build(ArchiveQuery.NAMESPACE, "metadata");
            if (!first.isEmpty() && !last.isEmpty()) {
                metadata.child(end("start", first.getFirst())).child(end("end", last.getFirst()));
            }
            return Answer.of(Reply.result(metadata.build()));
        });
    }

    private CompletionStage<List<Entry>> ends(String owner, long after, boolean newest) {
        return store.read(owner, new Scan(after, Long.MAX_VALUE, 0, Long.MAX_VALUE, Filed.ARCHIVED, null, 1, newest));
    }

    private static Element end(String name, Entry entry) {
        return Element.build(ArchiveQuery.NAMESPACE, name)
                .attribute("id", ArchiveId.of(entry.seq()))
                .attribute("timestamp", Timestamp.of(entry.timeMillis()))
                .build();
    }

    private static CompletionStage<Answer> done(Reply reply) {
        return CompletableFuture.completedFuture(Answer.of(reply));
    }

    /// Reads the log in chunks, towards the page's far end, until the page is full and one entry more is known.
    private final class PageReading {
        private final String owner;
        private final ArchiveQuery query;
        private final PageFilling filling;

        PageReading(String owner, ArchiveQuery query) {
            this.owner = owner;
            this.query = query;
            filling = new PageFilling(query);
        }

        /// The page, or null when too many entries were looked at.
        CompletionStage<@Nullable ArchivePage> next() {
            int limit = query.exact() ? CHUNK : Math.min(CHUNK, filling.missing());
            var scan = query.page(filling.after(), filling.before(), limit);
            return store.read(owner, scan).thenCompose(chunk -> {
                filling.take(chunk);
                if (filling.isOver() || chunk.size() < limit) {
                    return CompletableFuture.completedFuture(filling.page());
                }
                if (filling.examined() >= MAX_EXAMINED) return CompletableFuture.completedFuture(null);
                return next();
            });
        }
    }
}
