package im.kith.server.media;

import im.kith.server.feature.upload.Uploads;
import im.kith.xmpp.Element;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What signed-in users may do with uploads: between the feature, which is made before the store is open, and [Media].
/// Thread-safe.
public final class OwnUploads implements Uploads {

    private static final String NAMESPACE = "urn:xmpp:http:upload:0";
    private static final long RETRY_MILLIS = 3_600_000;
    /// A picture of a profile is smaller than that; what is larger is kept like all else.
    private static final long PROFILE_BYTES = 8L << 20;

    private static final StanzaError STARTING =
            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "The server is starting.");

    private final long maxFileBytes;
    private volatile @Nullable Ready ready;

    private record Ready(Media media, String base, SlotAllowance allowance) {}

    public OwnUploads(long maxFileBytes) {
        this.maxFileBytes = maxFileBytes;
    }

    /// From now on it works. `base` is the address of the HTTP service as the world sees it, without a slash at the
    /// end.
    public void use(Media media, String base) {
        ready = new Ready(media, base, new SlotAllowance(media.clock));
    }

    @Override
    public long maxFileBytes() {
        return maxFileBytes;
    }

    @Override
    public String base() {
        var now = ready;
        return now == null ? "" : now.base;
    }

    @Override
    public CompletionStage<Answer> slot(String account, Wish wish) {
        var now = ready;
        if (now == null) return CompletableFuture.completedStage(new Answer.Refused(STARTING));
        var media = now.media;
        long pauseMillis = now.allowance.take(account);
        if (pauseMillis > 0) {
            var text = "Too many files at once; ask again in %d seconds.".formatted((pauseMillis + 999) / 1000);
            return CompletableFuture.completedStage(new Answer.Refused(wait(media, text, pauseMillis)));
        }
        return media.usedBytes(account).thenCombine(media.freeBytes(), (used, free) -> {
            long allowed = media.terms.quotaBytes();
            if (used + wish.bytes() > allowed) {
                return new Answer.Refused(wait(
                        media,
                        "Quota reached: you have %d bytes of uploads, %d are allowed. Delete some first."
                                .formatted(used, allowed),
                        RETRY_MILLIS));
            }
            if (wish.bytes() > free) return new Answer.Refused(wait(media, "The server's disk is full.", RETRY_MILLIS));
            long expires =
                    wish.expiresMillis() == Long.MAX_VALUE && wish.bytes() > PROFILE_BYTES ? 0 : wish.expiresMillis();
            var slot = media.slot(account, Served.name(wish.filename()), wish.bytes(), wish.type(), expires);
            var get = now.base + MediaRoutes.path(slot.id(), slot.name());
            var word = slot.signed(media.secret);
            return new Answer.Granted(get + "?slot=" + word, MediaRoutes.SCHEME + word, get);
        });
    }

    private static StanzaError wait(Media media, String text, long pauseMillis) {
        var stamp = Instant.ofEpochMilli(media.clock.getAsLong() + pauseMillis).toString();
        return StanzaError.of(Condition.RESOURCE_CONSTRAINT, text)
                .with(Element.build(NAMESPACE, "retry")
                        .attribute("stamp", stamp)
                        .build());
    }

    @Override
    public CompletionStage<Overview> overview(String account) {
        var now = ready;
        if (now == null) return CompletableFuture.failedStage(new IllegalStateException("starting"));
        return now.media
                .list(account)
                .thenCombine(
                        now.media.usedBytes(account),
                        (files, used) -> new Overview(
                                files.stream()
                                        .map(file -> new File(
                                                now.base + MediaRoutes.path(file.id(), file.name()),
                                                file.name(),
                                                file.bytes(),
                                                file.createdMillis()))
                                        .toList(),
                                used,
                                now.media.terms.quotaBytes()));
    }

    @Override
    public CompletionStage<Boolean> remove(String account, String url) {
        var now = ready;
        if (now == null) return CompletableFuture.failedStage(new IllegalStateException("starting"));
        var prefix = now.base + "/media/";
        if (!url.startsWith(prefix)) return CompletableFuture.completedStage(false);
        var id = url.substring(prefix.length()).replaceFirst("/.*", "");
        return now.media.remove(account, id);
    }
}
