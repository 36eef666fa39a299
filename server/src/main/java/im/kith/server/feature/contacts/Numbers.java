package im.kith.server.feature.contacts;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/// Which numbers have accounts, by the hashes of docs/protocol/contacts.md, as the feature sees it. Thread-safe;
/// nothing blocks.
public interface Numbers {

    /// The answer to a question.
    sealed interface Answer {

        /// The hashes of the accounts in the buckets that were asked for.
        record Found(List<String> hashes) implements Answer {
            public Found {
                hashes = List.copyOf(hashes);
            }
        }

        /// The account has asked for too many buckets of late.
        record AskedTooMuch(long retryAfterSeconds) implements Answer {}

        /// The account watches so many buckets that these do not fit.
        record WatchesTooMuch(int most) implements Answer {}
    }

    /// Who is in these buckets; with `watch`, the account is told of who comes to be in them.
    CompletionStage<Answer> ask(String account, Set<String> buckets, boolean watch);

    /// The account is told of nobody any more.
    CompletionStage<Void> unwatch(String account);

    /// Whether others find the account, if its name is a number.
    CompletionStage<Void> show(String account, boolean discoverable);
}
