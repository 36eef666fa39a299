package im.kith.server;

import im.kith.server.auth.AccountRules;
import im.kith.server.auth.Credentials;
import im.kith.server.auth.Enrolment;
import im.kith.server.feature.Reply;
import im.kith.server.feature.register.Accounts;
import im.kith.xmpp.StanzaError.Condition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What signed-in users may do to their accounts (XEP-0077): between the feature, which is made before the partitions
/// are, and the credentials, which need them. Thread-safe.
final class OwnAccounts implements Accounts {

    private volatile @Nullable Enrolment enrolment;

    void use(Enrolment enrolment) {
        this.enrolment = enrolment;
    }

    @Override
    public CompletionStage<Reply> changePassword(String account, String password) {
        var enrolment = this.enrolment;
        if (enrolment == null) return notYet();
        var objection = AccountRules.objectionToPassword(password);
        if (objection != null) {
            return CompletableFuture.completedStage(Reply.error(Condition.NOT_ACCEPTABLE, objection));
        }
        return enrolment.credentials(account).thenCompose(known -> {
            if (known == null) return gone();
            if (known.kind() == Credentials.Kind.KEY) {
                return CompletableFuture.completedStage(Reply.error(
                        Condition.NOT_ALLOWED,
                        "This account has a key. Registering its number again makes a new one."));
            }
            return enrolment.changePassword(account, password).thenCompose(changed -> changed ? done() : gone());
        });
    }

    private static CompletionStage<Reply> done() {
        return CompletableFuture.completedStage(Reply.empty());
    }

    private static CompletionStage<Reply> gone() {
        return CompletableFuture.completedStage(Reply.error(Condition.ITEM_NOT_FOUND, "There is no such account."));
    }

    private static CompletionStage<Reply> notYet() {
        return CompletableFuture.completedStage(Reply.error(Condition.RESOURCE_CONSTRAINT, "The server is starting."));
    }
}
