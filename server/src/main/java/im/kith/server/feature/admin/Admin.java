package im.kith.server.feature.admin;

import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import org.jspecify.annotations.Nullable;

/// XEP-0133: Service Administration, as commands of the server for its administrators (the key `admins`).
///
/// Who is on the blacklist reaches nobody and is reached by nobody; the whitelist is of other servers, to which this
/// one does not talk. A restart ends the process with the exit code 75, for whoever supervises it to start it anew.
/// Errors: `conflict`, `item-not-found`, `jid-malformed`, `not-acceptable`, and those of XEP-0050.
public final class Admin implements Feature {

    private static final Verdict BLACKLISTED =
            Verdict.reject(StanzaError.of(FORBIDDEN, "The server's operator does not let the two of you talk."));

    private final Administration administration;
    private final MessageOfTheDay motd;
    private final Declared declared;

    public Admin(Administration administration) {
        this.administration = administration;
        motd = new MessageOfTheDay(administration);
        declared = new Declared(administration);
        new AccountAdministration(administration, declared).declare();
        new ServiceAdministration(administration, declared).declare();
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("admin")
                .implementing(
                        "XEP-0133", "1.3.1", "a restart ends the process with the exit code 75, for its supervisor")
                .checkingIncoming((stanza, owner) -> judge(stanza.from(), owner))
                .checkingOutgoing((stanza, owner) -> judge(stanza.to(), owner))
                .keepingHot(MessageOfTheDay.SHELF)
                .watchingPresence(motd)
                .noticing(motd::kept)
                .commanding(declared.commands())
                .build();
    }

    private Verdict judge(@Nullable Jid other, Owner owner) {
        if (other == null || owner.owns(other) || other.equals(owner.server())) return Verdict.pass();
        boolean listed = administration.isBlacklisted(other) || administration.isBlacklisted(owner.jid());
        return listed ? BLACKLISTED : Verdict.pass();
    }
}
