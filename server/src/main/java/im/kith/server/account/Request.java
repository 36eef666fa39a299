package im.kith.server.account;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Questions and orders to an account from outside any session: sign-up, operators. `T` is the answer's type.
public sealed interface Request<T> {

    /// Makes the account with this row of credentials; false if it exists.
    record Create(byte[] credentials) implements Request<Boolean> {}

    /// Replaces (or makes) the account's credentials and ends every session with `farewell`. True if the account
    /// existed.
    record ReplaceCredentials(byte[] credentials, StreamError farewell) implements Request<Boolean> {}

    /// Changes the row of credentials and leaves sessions alone; false if there is no such account.
    record UpdateCredentials(byte[] credentials) implements Request<Boolean> {}

    /// Removes the account with all it holds; contacts are told as RFC 6121 asks. False if there is no such account.
    record Remove(StreamError farewell) implements Request<Boolean> {}

    /// The connected sessions.
    record Sessions() implements Request<List<SessionInfo>> {}

    /// Ends the session with this resource, or all if null; answers how many.
    record Kick(@Nullable String resource, StreamError farewell) implements Request<Integer> {}

    /// Ends the session of the device with that stable id (XEP-0388); answers how many.
    record KickDevice(String deviceId, StreamError farewell) implements Request<Integer> {}

    /// Writes a row of a cold shelf of the account; null deletes it. True if the account exists.
    record PutRow(String shelf, String key, byte @Nullable [] value) implements Request<Boolean> {}

    /// The same for a hot shelf.
    record PutHotRow(String shelf, String key, byte @Nullable [] value) implements Request<Boolean> {}

    /// A stanza from the server itself, as if it came from another account. True if the account exists.
    record Deliver(Stanza stanza) implements Request<Boolean> {}

    /// What one of the account's own devices would be answered: the iq, a result or an error.
    record Query(String type, Element payload) implements Request<Element> {}

    /// The subscription requests that wait for an answer, oldest contact first by address.
    record SubscriptionRequests() implements Request<List<Element>> {}

    /// Puts a contact into the roster as it is, subscriptions included, and tells nobody: an account moves here with
    /// its contacts. `item` is one of `jabber:iq:roster`. False if there is no such account, or the item is none.
    record PutContact(Element item) implements Request<Boolean> {}

    /// Puts messages into the archive, oldest first, of which nobody is told: an account moves here with what was said.
    /// What is newer in the log already makes them as new. False if there is no such account.
    record PutPast(List<PastMessage> messages) implements Request<Boolean> {}

    /// @param peer with whom it was exchanged, a bare address
    record PastMessage(long millis, Jid peer, Element message) {}

    /// What operators want to know of an account.
    record Describe() implements Request<Description> {}

    /// `roster` is an element of `jabber:iq:roster`; `lastSeenMillis` 0 for never; no device has taken what is in the
    /// log after entry `taken`.
    record Description(
            boolean exists, long lastSeenMillis, Element roster, int contacts, List<String> resources, long taken) {}

    /// `slowed` is how often it was read more slowly for sending too fast.
    record SessionInfo(
            String resource,
            @Nullable String deviceName,
            long connectedAtMillis,
            long idleMillis,
            boolean streamManagement,
            boolean active,
            int priority,
            int queued,
            int slowed) {}
}
