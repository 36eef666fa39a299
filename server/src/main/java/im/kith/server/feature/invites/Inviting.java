package im.kith.server.feature.invites;

import im.kith.xmpp.Jid;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Who makes invitations, as the feature sees it. Thread-safe; nothing blocks.
public interface Inviting {

    /// `page` is where a browser shows it; `expiresMillis` is in milliseconds since 1970.
    record Invitation(String token, String page, long expiresMillis) {}

    /// Whether people may invite others to make accounts.
    boolean isOpenToUsers();

    boolean isAdministrator(Jid account);

    /// An invitation by this account, or by the operator if null. Null when the account has made too many of late.
    CompletionStage<@Nullable Invitation> invite(@Nullable String account);
}
