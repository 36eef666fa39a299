package im.kith.server.feature.register;

import im.kith.server.feature.Reply;
import java.util.concurrent.CompletionStage;

/// What changes accounts, implemented by whoever owns the credentials. Thread-safe; stages complete on any
/// thread, once what changed is kept. A refusal (a weak password, accounts without passwords) is a reply that says why.
public interface Accounts {

    /// Makes `password` the account's password; `account` is a prepared local part.
    CompletionStage<Reply> changePassword(String account, String password);
}
