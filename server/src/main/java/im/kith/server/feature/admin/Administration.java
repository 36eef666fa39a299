package im.kith.server.feature.admin;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What administrators may do to the server, as the feature sees it. Thread-safe; nothing blocks. A stage of an error
/// is null when all went well.
public interface Administration {

    boolean isAdministrator(Jid account);

    CompletionStage<@Nullable StanzaError> addUser(Jid account, String password);

    /// All of them or none.
    CompletionStage<@Nullable StanzaError> deleteUsers(List<Jid> accounts);

    CompletionStage<@Nullable StanzaError> setDisabled(List<Jid> accounts, boolean disabled);

    /// A full JID is one session, a bare one all of that account.
    CompletionStage<@Nullable StanzaError> endSessions(List<Jid> jids);

    CompletionStage<@Nullable StanzaError> changePassword(Jid account, String password);

    /// One account: when it was last seen (0 for never), its roster as an element of `jabber:iq:roster`, the number of
    /// contacts, the resources that are connected, and their addresses where they are known.
    record User(long lastSeenMillis, Element roster, int contacts, List<String> resources) {
        public User {
            resources = List.copyOf(resources);
        }
    }

    /// Null when there is no such account.
    CompletionStage<@Nullable User> user(Jid account);

    /// Which accounts: all, those that may not sign in, those with a session, and of these those with a device that is
    /// in use, and those without one.
    enum Group {
        REGISTERED,
        DISABLED,
        ONLINE,
        ACTIVE,
        IDLE
    }

    CompletionStage<Integer> count(Group group);

    /// At most `limit` of them, in order.
    CompletionStage<List<Jid>> list(Group group, int limit);

    /// A message from the server to everybody who is online, or to every account.
    CompletionStage<Integer> announce(String text, boolean all);

    /// The message of the day, with the id of the messages that tell it; null for none.
    @Nullable
    Motd motd();

    record Motd(String text, String id) {}

    /// Sets the message of the day, "" for none. It is told to who has not been told it; `anew`, to everybody.
    CompletionStage<Void> setMotd(String text, boolean anew);

    /// Tells it to an account, or to all who are online; answers to how many.
    CompletionStage<Integer> tellMotd(@Nullable Jid account);

    /// Texts that the operator has set: `motd`, `welcome`. "" for none.
    CompletionStage<String> text(String name);

    CompletionStage<Void> setText(String name, String text);

    List<Jid> administrators();

    /// Those of the configuration stay whatever is said here.
    CompletionStage<@Nullable StanzaError> setAdministrators(List<Jid> accounts);

    /// Addresses and domains that an operator has listed.
    enum Listed {
        /// May say nothing to anybody here, nor be spoken to.
        BLACK,
        /// Of other servers, if this one talked to others.
        WHITE
    }

    List<Jid> listed(Listed list);

    CompletionStage<Void> setListed(Listed list, List<Jid> jids);

    boolean isBlacklisted(Jid address);

    /// Ends the process after that time, in order; with `again`, so that whoever supervises it starts it anew.
    void shutDown(int delaySeconds, boolean again);
}
