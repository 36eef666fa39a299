package im.kith.server.media;

import im.kith.server.http.Intake;
import im.kith.server.http.Response;
import im.kith.store.Blobs;
import im.kith.store.NoSpaceException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One upload under way. Its 201 is said when file and row survive a crash; what ends before that leaves nothing.
///
/// When the disk is full, the rest of the body is let pass, so that the answer (507) reaches the peer.
final class Uploading implements Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Uploading.class);

    private final Media media;
    private final Slot slot;
    private final Blobs.Draft draft;
    /// Written and read by calls that follow one another.
    private volatile @Nullable Throwable trouble;

    Uploading(Media media, Slot slot, Blobs.Draft draft) {
        this.media = media;
        this.slot = slot;
        this.draft = draft;
    }

    @Override
    public CompletionStage<Void> take(ByteBuffer bytes) {
        if (trouble != null) return CompletableFuture.completedStage(null);
        return draft.write(bytes).exceptionally(fault -> {
            trouble = cause(fault);
            draft.discard();
            return null;
        });
    }

    @Override
    public CompletionStage<Response> end() {
        CompletionStage<Response> answer = trouble != null
                ? CompletableFuture.failedStage(trouble)
                : draft.seal()
                        .thenCompose(hash -> media.keep(slot, draft, hash))
                        .thenApply(this::answer);
        return answer.exceptionally(fault -> problem(cause(fault)))
                .thenApply(MediaRoutes::crossOrigin)
                .whenComplete((_, _) -> {
                    draft.discard();
                    media.end(slot);
                });
    }

    private Response answer(boolean kept) {
        return kept
                ? Response.of(201, "text/plain", "").with("Location", MediaRoutes.path(slot.id(), slot.name()))
                : Response.problem(403, "Forbidden", "The operator of this server has removed this very file.");
    }

    private static Response problem(Throwable fault) {
        if (fault instanceof NoSpaceException) {
            LOG.warn("An upload was refused as the disk is full");
            return Response.problem(507, "Insufficient storage", "The server's disk is full. Try again later.");
        }
        LOG.error("An upload could not be kept", fault);
        return Response.problem(500, "Internal server error", "The file could not be kept. Try again later.");
    }

    private static Throwable cause(Throwable fault) {
        return fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    }

    @Override
    public void abandoned() {
        draft.discard();
        media.end(slot);
    }
}
