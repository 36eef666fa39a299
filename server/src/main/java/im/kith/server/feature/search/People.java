package im.kith.server.feature.search;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Who wants to be found by name, and by which. Thread-safe; nothing blocks.
public interface People {

    /// What somebody is called; "" for what is not known, or not asked for.
    record Names(String first, String last, String nick) {
        public boolean isEmpty() {
            return first.isEmpty() && last.isEmpty() && nick.isEmpty();
        }
    }

    record Person(String account, Names names) {}

    /// What came of a search.
    sealed interface Answer {

        /// Those who were found: not all, if there are many.
        record Found(List<Person> people) implements Answer {
            public Found {
                people = List.copyOf(people);
            }
        }

        /// The account has asked too often today.
        record AskedTooMuch(long seconds) implements Answer {}
    }

    /// From now on the account is found by these names; by none if null.
    CompletionStage<Void> list(String account, @Nullable Names names);

    /// Those of whose names a word begins with what is asked for, in each field that is asked for.
    CompletionStage<Answer> find(String asker, Names wanted);
}
