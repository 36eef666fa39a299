package im.kith.server.control;

import im.kith.server.account.Directory;
import im.kith.server.account.Request.Describe;
import im.kith.server.account.Request.Description;
import im.kith.store.Scan;
import im.kith.store.Store;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// What an account has on this server: messages in its log, those among them that none of its devices has taken
/// (XEP-0160), uploads. Counts by reading the log, page by page, so it is for operators who ask about one account.
/// Thread-safe; nothing blocks.
final class Holdings {

    private static final int PAGE = 500;
    /// Counting stops here: an answer within seconds is worth more than the exact number.
    private static final int MOST = 200_000;

    private final Store store;
    private final Directory directory;
    private final Function<String, CompletionStage<Long>> uploadedBytes;

    Holdings(Store store, Directory directory, Function<String, CompletionStage<Long>> uploadedBytes) {
        this.store = store;
        this.directory = directory;
        this.uploadedBytes = uploadedBytes;
    }

    /// ```text
    /// {"lastSeenMillis","contacts","devices","uploadedBytes",
    ///  "messages":{"kept","bytes","waiting","waitingBytes","whole"}}
    /// ```
    /// `whole` is false when there are so many that it stopped to count.
    CompletionStage<Map<String, Object>> of(String account) {
        return directory.ask(account, new Describe()).thenCompose(description -> counted(
                        account, new Count(description.taken()))
                .thenCombine(
                        uploadedBytes.apply(account), (count, uploaded) -> document(description, count, uploaded)));
    }

    private static Map<String, Object> document(Description description, Count count, long uploaded) {
        var messages = new LinkedHashMap<String, Object>();
        messages.put("kept", count.kept);
        messages.put("bytes", count.bytes);
        messages.put("waiting", count.waiting);
        messages.put("waitingBytes", count.waitingBytes);
        messages.put("whole", count.kept < MOST);
        var document = new LinkedHashMap<String, Object>();
        document.put("lastSeenMillis", description.lastSeenMillis());
        document.put("contacts", description.contacts());
        document.put("devices", description.resources());
        document.put("messages", messages);
        document.put("uploadedBytes", uploaded);
        return document;
    }

    private CompletionStage<Count> counted(String account, Count count) {
        return store.read(account, Scan.after(count.upTo, PAGE)).thenCompose(page -> {
            for (var entry : page) count.add(entry.seq(), entry.body().bytes().length);
            return page.size() < PAGE || count.kept >= MOST
                    ? CompletableFuture.completedStage(count)
                    : counted(account, count);
        });
    }

    /// Confined to one chain of reads.
    private static final class Count {
        private final long taken;
        private long upTo;
        private int kept;
        private long bytes;
        private int waiting;
        private long waitingBytes;

        private Count(long taken) {
            this.taken = taken;
        }

        private void add(long seq, int size) {
            upTo = seq;
            kept++;
            bytes += size;
            if (seq <= taken) return;
            waiting++;
            waitingBytes += size;
        }
    }
}
