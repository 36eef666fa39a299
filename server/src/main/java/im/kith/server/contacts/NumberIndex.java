package im.kith.server.contacts;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.server.auth.ServerShelf;
import im.kith.server.auth.ServerShelf.Row;
import im.kith.server.feature.contacts.Numbers;
import im.kith.store.Store;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The hashes of the numbers that have accounts, and who watches which buckets of them. Between the feature, which is
/// made before the partitions are, and what needs them. Thread-safe; nothing blocks.
///
/// ```
/// server's shelves, HHH being the first 3 digits of a hash, of which the first 5 are its bucket:
/// numbers.HHH    HASH → account
/// watches.HHH    "BUCKET ACCOUNT" → 1
/// watching.NAME  BUCKET → 1           what an account watches
/// numbers        "indexed" → 1        the accounts of before there was an index are in it
/// ```
public final class NumberIndex implements Numbers {

    static final int MOST_A_DAY = 10_000;
    static final int MOST_WATCHED = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(NumberIndex.class);
    private static final int SHARD_DIGITS = 3;
    private static final int BUCKET_DIGITS = 5;
    private static final int HASH_DIGITS = 32;
    private static final int PAGE = 500;
    private static final byte[] PRESENT = {1};

    private final String domain;
    private final DailyLimit limit;
    private volatile @Nullable Parts parts;

    private record Parts(ServerShelf shelf, Directory directory) {}

    public NumberIndex(String domain, LongSupplier clockMillis) {
        this.domain = domain;
        this.limit = new DailyLimit(MOST_A_DAY, clockMillis);
    }

    /// From now on it works. Done once the accounts that `store` has are in the index, which happens once.
    public CompletionStage<Void> use(ServerShelf shelf, Directory directory, Store store, String credentials) {
        parts = new Parts(shelf, directory);
        return shelf.row("numbers", "indexed").thenCompose(done -> {
            if (done != null) return CompletableFuture.completedStage(null);
            return indexAll(store, credentials, "").thenCompose(_ -> shelf.put("numbers", "indexed", PRESENT));
        });
    }

    private CompletionStage<Void> indexAll(Store store, String credentials, String after) {
        return store.ownersWith(credentials, after, PAGE).thenCompose(names -> {
            var rows = new ArrayList<Row>();
            for (var name : names) if (isNumber(name)) rows.add(row(name, true));
            CompletionStage<Void> put = rows.isEmpty() ? CompletableFuture.completedStage(null) : shelf().putAll(rows);
            return put.thenCompose(_ -> names.size() < PAGE
                    ? CompletableFuture.completedStage(null)
                    : indexAll(store, credentials, names.getLast()));
        });
    }

    private ServerShelf shelf() {
        return Objects.requireNonNull(parts, "the server is starting").shelf;
    }

    static boolean isNumber(String account) {
        return account.matches("\\+[0-9]{5,15}");
    }

    /// The hash of a number, as devices compute it.
    String hash(String number) {
        try {
            var text = "kith-contacts:" + domain + ":" + number;
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private Row row(String account, boolean present) {
        var hash = hash(account);
        return new Row(shard("numbers", hash), hash, present ? account.getBytes(StandardCharsets.UTF_8) : null);
    }

    private static String shard(String kind, String hash) {
        return kind + "." + hash.substring(0, SHARD_DIGITS);
    }

    private static String watching(String account) {
        return "watching." + account;
    }

    // ---- asking ----------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Answer> ask(String account, Set<String> buckets, boolean watch) {
        long wait = limit.count(account, buckets.size());
        if (wait > 0) return CompletableFuture.completedStage(new Answer.AskedTooMuch(wait));
        if (!watch) return found(buckets);
        return shelf().rows(watching(account)).thenCompose(watched -> {
            var rows = new ArrayList<Row>();
            for (var bucket : buckets) {
                if (watched.containsKey(bucket)) continue;
                rows.add(new Row(watching(account), bucket, PRESENT));
                rows.add(new Row(shard("watches", bucket), bucket + " " + account, PRESENT));
            }
            if (watched.size() + rows.size() / 2 > MOST_WATCHED) {
                return CompletableFuture.completedStage(new Answer.WatchesTooMuch(MOST_WATCHED));
            }
            // First watched, then looked up: nobody slips in between.
            CompletionStage<Void> put = rows.isEmpty() ? CompletableFuture.completedStage(null) : shelf().putAll(rows);
            return put.thenCompose(_ -> found(buckets));
        });
    }

    private CompletionStage<Answer> found(Set<String> buckets) {
        var byShard = new TreeMap<String, Set<String>>();
        for (var bucket : buckets) {
            byShard.computeIfAbsent(shard("numbers", bucket), shard -> new TreeSet<>())
                    .add(bucket);
        }
        CompletionStage<List<String>> hashes = CompletableFuture.completedStage(new ArrayList<>());
        for (var entry : byShard.entrySet()) {
            hashes = hashes.thenCombine(shelf().rows(entry.getKey()), (all, rows) -> {
                for (var hash : rows.keySet()) {
                    if (entry.getValue().contains(hash.substring(0, BUCKET_DIGITS))) all.add(hash);
                }
                return all;
            });
        }
        return hashes.thenApply(Answer.Found::new);
    }

    @Override
    public CompletionStage<Void> unwatch(String account) {
        return shelf().rows(watching(account)).thenCompose(watched -> {
            if (watched.isEmpty()) return CompletableFuture.completedStage(null);
            var rows = new ArrayList<Row>();
            for (var bucket : watched.keySet()) {
                rows.add(new Row(watching(account), bucket, null));
                rows.add(new Row(shard("watches", bucket), bucket + " " + account, null));
            }
            return shelf().putAll(rows);
        });
    }

    @Override
    public CompletionStage<Void> show(String account, boolean discoverable) {
        if (!isNumber(account)) return CompletableFuture.completedStage(null);
        return shelf().putAll(List.of(row(account, discoverable)));
    }

    // ---- accounts come and go --------------------------------------------------------------------------------------

    /// There is a new account: those who watch its bucket are told.
    public CompletionStage<Void> joined(String account) {
        if (!isNumber(account)) return CompletableFuture.completedStage(null);
        var hash = hash(account);
        var bucket = hash.substring(0, BUCKET_DIGITS);
        return show(account, true)
                .thenCompose(_ -> shelf().rows(shard("watches", bucket)))
                .thenCompose(watches -> {
                    CompletionStage<Boolean> told = CompletableFuture.completedStage(true);
                    for (var row : watches.subMap(bucket + " ", bucket + "!").keySet()) {
                        var watcher = row.substring(BUCKET_DIGITS + 1);
                        if (!watcher.equals(account)) told = told.thenCompose(_ -> tell(watcher, hash));
                    }
                    return told.thenApply(_ -> (Void) null);
                })
                .exceptionally(fault -> {
                    LOG.warn("Who watches for a new number could not be told", fault);
                    return null;
                });
    }

    private CompletionStage<Boolean> tell(String watcher, String hash) {
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("type", "normal")
                .attribute("id", UUID.randomUUID().toString())
                .child(Element.build("urn:kith:contacts:0", "found")
                        .child("hash", hash)
                        .build())
                .child(Element.empty("urn:xmpp:hints", "no-permanent-store"))
                .build();
        var from = Jid.of(null, domain, null);
        var to = Jid.of(watcher, domain, null);
        return Objects.requireNonNull(parts)
                .directory
                .ask(watcher, new Request.Deliver(Stanza.of(Stanza.Kind.MESSAGE, from, to, message)));
    }

    /// The account is gone, and all that is kept here of it.
    public CompletionStage<Void> left(String account) {
        return unwatch(account).thenCompose(_ -> show(account, false));
    }
}
