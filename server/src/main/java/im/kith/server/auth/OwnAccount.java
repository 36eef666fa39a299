package im.kith.server.auth;

import im.kith.server.feature.Reply;
import im.kith.server.feature.register.Accounts;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.StreamError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What somebody signed in may do with the own account over XMPP (XEP-0077): change the typed password, remove the
/// account. A key is not changed here: it belongs to a phone number, which is registered again for a new one.
///
/// Features are put together before credentials are, so the enrolment is handed over as a stage. Thread-safe.
public final class OwnAccount implements Accounts {

    private static final StreamError FAREWELL =
            StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "This account was removed by its owner.");

    private final CompletionStage<Enrolment> enrolment;

    public OwnAccount(CompletionStage<Enrolment> enrolment) {
        this.enrolment = enrolment;
    }

    @Override
    public CompletionStage<Reply> changePassword(String account, String password) {
        var objection = AccountRules.objectionToPassword(password);
        if (objection != null) {
            return CompletableFuture.completedStage(Reply.error(Condition.NOT_ACCEPTABLE, objection));
        }
        return enrolment.thenCompose(all -> all.changePassword(account, password)
                .thenApply(changed -> changed
                        ? Reply.empty()
                        : Reply.error(
                                Condition.NOT_ALLOWED,
                                "This account signs in with a key; register the phone number again for a new one.")));
    }

    @Override
    public CompletionStage<Reply> remove(String account) {
        return enrolment.thenCompose(all -> all.remove(account, FAREWELL)
                .thenApply(removed -> removed ? Reply.empty() : Reply.error(Condition.ITEM_NOT_FOUND)));
    }
}
