package im.kith.server.feature.previews;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What looks at web pages for accounts of this server. Thread-safe; nothing blocks.
public interface Pages {

    /// What a page says of itself; description and site may be "". `pictured`: it names a picture, which may be none.
    record Page(String title, String description, String site, boolean pictured) {}

    sealed interface Answer {

        record Found(Page page) implements Answer {}

        /// There is no page of that address, or none that may be looked at, or it says nothing of itself.
        record Nothing() implements Answer {}

        /// Its picture, as it is there: a JPEG, PNG, GIF or WebP of pixels that can be borne, and nothing else.
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Picture(String type, byte[] bytes) implements Answer {}

        record AskedTooMuch(long seconds) implements Answer {}
    }

    /// `url` is as the account wrote it.
    CompletionStage<Answer> look(String account, String url);

    /// The picture of a page, under the page's address: none other than one that a page shows can be had.
    CompletionStage<Answer> picture(String account, String url);

    /// Whether there is something that looks at all.
    default boolean isOn() {
        return true;
    }

    /// No page is looked at.
    Pages NONE = new Pages() {
        @Override
        public CompletionStage<Answer> look(String account, String url) {
            return CompletableFuture.completedStage(new Answer.Nothing());
        }

        @Override
        public CompletionStage<Answer> picture(String account, String url) {
            return look(account, url);
        }

        @Override
        public boolean isOn() {
            return false;
        }
    };
}
