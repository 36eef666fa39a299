package im.kith.server.contacts;

import im.kith.server.auth.ServerShelf;
import im.kith.server.feature.search.People;
import im.kith.server.http.Json;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The names by which people want to be found (XEP-0055). A search goes over all of them: they are few bytes each, and
/// nobody searches often. Between the feature, which is made before the store is open, and the store. Thread-safe;
/// nothing blocks.
///
/// ```
/// server's shelf "people": account → first, last and nick as JSON
/// ```
public final class PeopleBook implements People {

    static final int MOST_A_DAY = 200;
    static final int MOST_FOUND = 50;

    private static final String SHELF = "people";
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}\\p{M}]+");
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    private final DailyLimit limit;
    private volatile @Nullable ServerShelf shelf;

    public PeopleBook(LongSupplier clockMillis) {
        limit = new DailyLimit(MOST_A_DAY, clockMillis);
    }

    /// From now on it works.
    public void use(ServerShelf opened) {
        shelf = opened;
    }

    private ServerShelf shelf() {
        return Objects.requireNonNull(shelf, "the server is starting");
    }

    @Override
    public CompletionStage<Void> list(String account, @Nullable Names names) {
        byte[] row = null;
        if (names != null && !names.isEmpty()) {
            row = Json.text(Map.of("first", names.first(), "last", names.last(), "nick", names.nick()))
                    .getBytes(StandardCharsets.UTF_8);
        }
        return shelf().put(SHELF, account, row);
    }

    /// The account is gone.
    public CompletionStage<Void> left(String account) {
        return shelf().row(SHELF, account)
                .thenCompose(row -> row == null ? CompletableFuture.completedStage(null) : list(account, null));
    }

    @Override
    public CompletionStage<Answer> find(String asker, Names wanted) {
        long wait = limit.count(asker, 1);
        if (wait > 0) return CompletableFuture.completedStage(new Answer.AskedTooMuch(wait));
        return shelf().rows(SHELF).thenApply(rows -> found(rows, wanted));
    }

    private static Answer found(SortedMap<String, byte[]> rows, Names wanted) {
        var first = folded(wanted.first());
        var last = folded(wanted.last());
        var nick = folded(wanted.nick());
        var found = new ArrayList<Person>();
        for (var row : rows.entrySet()) {
            if (found.size() == MOST_FOUND) break;
            var names = names(row.getValue());
            if (has(names.first(), first) && has(names.last(), last) && has(names.nick(), nick)) {
                found.add(new Person(row.getKey(), names));
            }
        }
        return new Answer.Found(found);
    }

    private static Names names(byte[] row) {
        var object = Objects.requireNonNull(Json.object(row));
        return new Names(string(object, "first"), string(object, "last"), string(object, "nick"));
    }

    private static String string(Map<String, Object> object, String name) {
        return Objects.requireNonNullElse(Json.string(object, name), "");
    }

    /// Whether the name, or a word of it, begins with `wanted`.
    private static boolean has(String name, String wanted) {
        if (wanted.isEmpty()) return true;
        var folded = folded(name);
        if (folded.startsWith(wanted)) return true;
        for (var word : BETWEEN_WORDS.split(folded)) if (word.startsWith(wanted)) return true;
        return false;
    }

    /// Without case and accents.
    private static String folded(String name) {
        var apart = Normalizer.normalize(name, Normalizer.Form.NFKD);
        return MARKS.matcher(apart).replaceAll("").toLowerCase(Locale.ROOT).strip();
    }
}
