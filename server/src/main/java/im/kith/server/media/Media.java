package im.kith.server.media;

import im.kith.server.auth.ServerShelf;
import im.kith.server.auth.ServerShelf.Row;
import im.kith.store.Blobs;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which uploads there are, whose they are, and which blob each is. Thread-safe; nothing blocks.
///
/// An upload's id begins with the day on which it expires, and its row stands on the shelf of that day, so that expiry
/// is to empty the shelves of days gone by. What changes uploads is done one after the other, so that a blob does not
/// go while another upload of the same bytes comes.
///
/// ```
/// media.DAY      ID → Upload       the upload; DAY and "ID = DAY-random" in base 36, "stays" for no end
/// media-of.NAME  ID → bytes        what an account has uploaded
/// media-as.HASH  ID → 1            who refers to a blob
/// media          secret            what slots are signed with
///                swept             the last day whose shelf is empty
///                banned.HASH       what may not be uploaded again
/// ```
public final class Media {

    /// How much of what for how long; `keep` zero is for ever.
    public record Terms(long maxFileBytes, long quotaBytes, Duration keep, Duration slotLife) {}

    private static final Logger LOG = LoggerFactory.getLogger(Media.class);
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 16;
    private static final int PAGE = 500;
    private static final String SHELF = "media";
    private static final String STAYS = "stays";
    private static final byte[] PRESENT = {1};

    final Terms terms;
    final LongSupplier clock;
    final byte[] secret;
    private final ServerShelf shelf;
    private final Blobs blobs;
    private final SecureRandom random = new SecureRandom();
    /// Bytes of each account's uploads that are under way.
    private final Map<String, Long> underWay = new ConcurrentHashMap<>();

    private final Set<String> beingUploaded = ConcurrentHashMap.newKeySet();
    private final LongAdder kept = new LongAdder();
    private final LongAdder keptBytes = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private CompletionStage<?> tail = CompletableFuture.completedStage(null);

    private Media(ServerShelf shelf, Blobs blobs, Terms terms, byte[] secret, LongSupplier clock) {
        this.shelf = shelf;
        this.blobs = blobs;
        this.terms = terms;
        this.secret = secret;
        this.clock = clock;
    }

    public static CompletionStage<Media> open(ServerShelf shelf, Blobs blobs, Terms terms, LongSupplier clock) {
        return shelf.row(SHELF, "secret").thenCompose(known -> {
            var secret = known == null ? new byte[SECRET_BYTES] : known;
            if (known != null) return CompletableFuture.completedStage(new Media(shelf, blobs, terms, secret, clock));
            new SecureRandom().nextBytes(secret);
            return shelf.put(SHELF, "secret", secret).thenApply(_ -> new Media(shelf, blobs, terms, secret, clock));
        });
    }

    /// A slot for a file that is kept until then, at most as long as the terms say; 0 for the usual time, and
    /// [Long#MAX_VALUE] for one that stays whatever the terms say.
    Slot slot(String owner, String name, long bytes, String type, long expiresMillis) {
        long now = clock.getAsLong();
        long usual = terms.keep().isZero() ? Long.MAX_VALUE : now + terms.keep().toMillis();
        boolean stays = expiresMillis == Long.MAX_VALUE;
        long expires = expiresMillis == 0 ? usual : stays ? expiresMillis : Math.min(expiresMillis, usual);
        var noise = new byte[ID_BYTES];
        random.nextBytes(noise);
        var id = day(expires) + "-" + Base64.getUrlEncoder().withoutPadding().encodeToString(noise);
        return new Slot(id, owner, name, bytes, type, now + terms.slotLife().toMillis(), expires);
    }

    private static String day(long millis) {
        return millis == Long.MAX_VALUE ? STAYS : Long.toString(millis / DAY_MILLIS, 36);
    }

    private static String shelfOf(String id) {
        return "media." + id.substring(0, Math.max(0, id.indexOf('-')));
    }

    private static String of(String owner) {
        return "media-of." + owner;
    }

    private static String as(String hash) {
        return "media-as." + hash;
    }

    /// What the account has here, with what is under way.
    public CompletionStage<Long> usedBytes(String owner) {
        return shelf.rows(of(owner)).thenApply(rows -> {
            long sum = underWay.getOrDefault(owner, 0L);
            for (var row : rows.values()) sum += ByteBuffer.wrap(row).getLong();
            return sum;
        });
    }

    CompletionStage<Long> freeBytes() {
        return blobs.freeBytes();
    }

    /// The upload, or null when there is none (any more).
    CompletionStage<@Nullable Upload> find(String id) {
        if (!id.matches("[0-9a-z]{1,8}-[A-Za-z0-9_-]{22}")) return CompletableFuture.completedStage(null);
        return shelf.row(shelfOf(id), id).thenApply(row -> {
            var upload = row == null ? null : Upload.decode(row);
            return upload == null || upload.expiresMillis() <= clock.getAsLong() ? null : upload;
        });
    }

    CompletionStage<Blobs.@Nullable Blob> blob(Upload upload) {
        return blobs.open(upload.hash());
    }

    /// Begins an upload into this slot; false while another is under way.
    boolean begin(Slot slot) {
        if (!beingUploaded.add(slot.id())) return false;
        underWay.merge(slot.owner(), slot.bytes(), Long::sum);
        return true;
    }

    /// The upload is over, however it went.
    void end(Slot slot) {
        if (beingUploaded.remove(slot.id()))
            underWay.computeIfPresent(
                    slot.owner(), (owner, sum) -> sum <= slot.bytes() ? null : Long.valueOf(sum - slot.bytes()));
    }

    CompletionStage<Blobs.Draft> draft() {
        return blobs.draft();
    }

    /// Keeps what was sealed; false when these bytes are banned.
    CompletionStage<Boolean> keep(Slot slot, Blobs.Draft draft, String hash) {
        var type = slot.type().isEmpty() ? "application/octet-stream" : slot.type();
        var upload = new Upload(
                hash, slot.bytes(), type, slot.name(), slot.owner(), clock.getAsLong(), slot.expiresMillis());
        var size = ByteBuffer.allocate(8).putLong(slot.bytes()).array();
        var rows = List.of(
                new Row(shelfOf(slot.id()), slot.id(), upload.encode()),
                new Row(of(slot.owner()), slot.id(), size),
                new Row(as(hash), slot.id(), PRESENT));
        return inTurn(() -> shelf.row(SHELF, "banned." + hash)
                .thenCompose(banned -> banned != null
                        ? CompletableFuture.completedStage(false)
                        : draft.keep().thenCompose(_ -> shelf.putAll(rows)).thenApply(_ -> {
                            kept.increment();
                            keptBytes.add(slot.bytes());
                            return true;
                        })));
    }

    /// Uploads since the start, their bytes, and how many have gone: removed, banned or expired.
    public long kept() {
        return kept.sum();
    }

    public long keptBytes() {
        return keptBytes.sum();
    }

    public long dropped() {
        return dropped.sum();
    }

    /// Bytes of uploads that are under way.
    public long underWayBytes() {
        long sum = 0;
        for (var bytes : underWay.values()) sum += bytes;
        return sum;
    }

    /// Removes an upload; of this owner only, unless null. False if there is none.
    public CompletionStage<Boolean> remove(@Nullable String owner, String id) {
        return inTurn(() -> find(id).thenCompose(upload -> {
            if (upload == null || (owner != null && !owner.equals(upload.owner())))
                return CompletableFuture.completedStage(false);
            return drop(id, upload).thenApply(_ -> true);
        }));
    }

    private CompletionStage<Void> drop(String id, Upload upload) {
        dropped.increment();
        return shelf.putAll(List.of(
                        new Row(shelfOf(id), id, null),
                        new Row(of(upload.owner()), id, null),
                        new Row(as(upload.hash()), id, null)))
                .thenCompose(_ -> dropUnless(upload.hash()));
    }

    /// Deletes the blob to which nobody refers.
    private CompletionStage<Void> dropUnless(String hash) {
        return shelf.rows(as(hash))
                .thenCompose(left -> left.isEmpty()
                        ? blobs.delete(hash).thenApply(_ -> null)
                        : CompletableFuture.completedStage(null));
    }

    /// What an account has uploaded, newest first.
    public CompletionStage<List<Listed>> list(String owner) {
        return shelf.rows(of(owner)).thenCompose(rows -> {
            CompletionStage<List<Listed>> listed = CompletableFuture.completedStage(new ArrayList<>());
            for (var id : rows.keySet()) {
                listed = listed.thenCombine(find(id), (list, upload) -> {
                    if (upload != null) list.add(new Listed(id, upload));
                    return list;
                });
            }
            return listed.thenApply(list -> {
                list.sort((a, b) ->
                        Long.compare(b.upload().createdMillis(), a.upload().createdMillis()));
                return list;
            });
        });
    }

    /// One line of a list.
    public record Listed(String id, Upload upload) {

        public String name() {
            return upload.name();
        }

        public long bytes() {
            return upload.bytes();
        }

        public long createdMillis() {
            return upload.createdMillis();
        }
    }

    /// Removes everything that an account has uploaded.
    public CompletionStage<Void> removeAll(String owner) {
        return shelf.rows(of(owner)).thenCompose(rows -> {
            CompletionStage<Boolean> done = CompletableFuture.completedStage(true);
            for (var id : rows.keySet()) done = done.thenCompose(_ -> remove(owner, id));
            return done.thenApply(_ -> null);
        });
    }

    /// Removes all uploads of these bytes, which nobody can upload again; answers how many there were.
    public CompletionStage<Integer> ban(String hash) {
        return shelf.put(SHELF, "banned." + hash, PRESENT)
                .thenCompose(_ -> shelf.rows(as(hash)))
                .thenCompose(rows -> {
                    CompletionStage<Boolean> done = CompletableFuture.completedStage(true);
                    for (var id : rows.keySet()) done = done.thenCompose(_ -> remove(null, id));
                    return done.thenApply(_ -> rows.size());
                });
    }

    /// Removes what has expired, and blobs to which nobody refers (after a crash). To be called once a day or more
    /// often.
    public CompletionStage<Void> sweep() {
        long today = clock.getAsLong() / DAY_MILLIS;
        return shelf.row(SHELF, "swept").thenCompose(row -> {
            long swept = row == null ? today - 1 : ByteBuffer.wrap(row).getLong();
            CompletionStage<Void> done = CompletableFuture.completedStage(null);
            for (long day = swept + 1; day < today; day++) {
                var name = Long.toString(day, 36);
                done = done.thenCompose(_ -> sweepDay(name));
            }
            return done.thenCompose(_ -> shelf.put(
                            SHELF,
                            "swept",
                            ByteBuffer.allocate(8).putLong(today - 1).array()))
                    .thenCompose(_ -> sweepOrphans(""));
        });
    }

    private CompletionStage<Void> sweepDay(String day) {
        return shelf.rows("media." + day).thenCompose(rows -> {
            CompletionStage<Void> done = CompletableFuture.completedStage(null);
            for (var row : rows.entrySet()) {
                var upload = Upload.decode(row.getValue());
                done = done.thenCompose(_ -> inTurn(() -> drop(row.getKey(), upload)));
            }
            if (!rows.isEmpty()) LOG.info("{} uploads have expired", rows.size());
            return done;
        });
    }

    private CompletionStage<Void> sweepOrphans(String after) {
        return blobs.hashes(after, PAGE).thenCompose(hashes -> {
            CompletionStage<Void> done = CompletableFuture.completedStage(null);
            for (var hash : hashes) done = done.thenCompose(_ -> inTurn(() -> dropUnless(hash)));
            return hashes.size() < PAGE ? done : done.thenCompose(_ -> sweepOrphans(hashes.getLast()));
        });
    }

    private synchronized <T> CompletionStage<T> inTurn(Supplier<CompletionStage<T>> work) {
        var mine = tail.handle((_, _) -> true).thenCompose(_ -> work.get());
        tail = mine;
        return mine;
    }
}
