package im.kith.server.feature.upload;

import im.kith.xmpp.StanzaError;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Where uploads are kept, as the feature sees it. Thread-safe; nothing blocks.
public interface Uploads {

    /// The largest file there can be.
    long maxFileBytes();

    /// What every file's URL begins with, without a slash at the end; "" while the server starts.
    String base();

    /// What somebody wants to upload. `type` is "" if not said; `expiresMillis` 0 for the usual time, and
    /// [Long#MAX_VALUE] for a picture of a profile, which stays.
    record Wish(String filename, long bytes, String type, long expiresMillis) {}

    /// The answer to a wish.
    sealed interface Answer {

        /// Where to upload it, and where it is to be found then. `authorization` is the header that says the same as
        /// the first address, for clients and proxies that keep it out of their logs.
        record Granted(String put, String authorization, String get) implements Answer {}

        record Refused(StanzaError error) implements Answer {}
    }

    CompletionStage<Answer> slot(String account, Wish wish);

    /// One of an account's files.
    record File(String url, String name, long bytes, long createdMillis) {}

    /// An account's files, newest first, with what they take and what is allowed.
    record Overview(List<File> files, long usedBytes, long allowedBytes) {
        public Overview {
            files = List.copyOf(files);
        }
    }

    CompletionStage<Overview> overview(String account);

    /// Removes the account's file at this URL; false if it has none there.
    CompletionStage<Boolean> remove(String account, String url);
}
