package im.kith.server.account;

import java.util.function.Consumer;

/// Who hears of accounts that are removed, to clear away what is kept of them elsewhere: uploads, the entry among the
/// numbers. In the commit that erases the account its name is written to a shelf, and stays there until all of that is
/// gone, so that a crash in between leaves nothing behind. Thread-safe.
///
/// ```
/// the server's shelf "removed": account → 1
/// ```
public final class Removals {

    static final String OWNER = "@kith";

    public static final String SHELF = "removed";

    private volatile Consumer<String> listener = account -> {};

    /// From now on `told` is called with the account's name, once its removal is kept; it must not block.
    public void tell(Consumer<String> told) {
        listener = told;
    }

    void removed(String account) {
        listener.accept(account);
    }
}
