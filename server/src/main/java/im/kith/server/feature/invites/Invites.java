package im.kith.server.feature.invites;

import im.kith.server.feature.Command;
import im.kith.server.feature.Command.Outcome;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Timestamp;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// XEP-0401: Ad-hoc Account Invitation Generation. Anybody who may invite gets a link; who makes an account by it
/// becomes a contact. Administrators make links that only make accounts.
///
/// Errors: `resource-constraint` for too many of late.
public final class Invites implements Feature {

    private static final String NAMESPACE = "urn:xmpp:invite#";
    private static final StanzaError TOO_MANY = StanzaError.of(
            Condition.RESOURCE_CONSTRAINT, "You have made many invitations today; make the next one tomorrow.");

    private final Inviting inviting;

    public Invites(Inviting inviting) {
        this.inviting = inviting;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("invites")
                .implementing(
                        "XEP-0401", "0.6.0", "no names are reserved; a token makes no contact of who has an account")
                .commanding(List.of(
                        new Command(
                                NAMESPACE + "invite",
                                "Invite user",
                                account -> inviting.isOpenToUsers(),
                                null,
                                (form, by) -> invite(by)),
                        new Command(
                                NAMESPACE + "create-account",
                                "Create account",
                                inviting::isAdministrator,
                                null,
                                (form, by) -> createAccount(by))))
                .build();
    }

    private CompletionStage<Outcome> invite(Jid by) {
        return inviting.invite(by.local())
                .thenApply(invitation -> invitation == null
                        ? new Outcome.Failed(TOO_MANY)
                        : shown(invitation, "xmpp:" + by + "?roster;preauth=" + invitation.token() + ";ibr=y"));
    }

    private CompletionStage<Outcome> createAccount(Jid by) {
        return inviting.invite(null)
                .thenApply(invitation -> invitation == null
                        ? new Outcome.Failed(TOO_MANY)
                        : shown(invitation, "xmpp:" + by.domain() + "?register;preauth=" + invitation.token()));
    }

    private static Outcome shown(Inviting.@Nullable Invitation invitation, String uri) {
        var made = Objects.requireNonNull(invitation);
        return new Outcome.Done(
                DataForm.build(DataForm.Type.RESULT, NAMESPACE + "invitation")
                        .field("uri", uri)
                        .field("landing-url", made.page())
                        .field("expire", Timestamp.of(made.expiresMillis()))
                        .build()
                        .toElement(),
                null);
    }
}
