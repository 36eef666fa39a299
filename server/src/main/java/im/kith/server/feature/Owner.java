package im.kith.server.feature;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All that a feature sees of an account. Valid during the call it is passed to, on that thread, only.
public interface Owner {

    /// The account's bare JID.
    Jid jid();

    /// The server's domain.
    Jid server();

    long nowMillis();

    /// Whether `address` is this account (any resource).
    boolean owns(@Nullable Jid address);

    /// Whether `address` is the bare JID of another account of this server, if there is one.
    default boolean isNeighbour(Jid address) {
        return address.isBare()
                && address.local() != null
                && address.domain().equals(server().domain())
                && !owns(address);
    }

    /// A hot shelf, declared in the manifest.
    Shelf shelf(String name);

    /// Reads a cold shelf's row, null if absent; the stage completes on another thread.
    CompletionStage<byte @Nullable []> coldRow(String shelf, String key);

    /// Reads a whole cold shelf.
    CompletionStage<SortedMap<String, byte[]>> coldShelf(String shelf);

    /// Writes a row of a cold shelf; null deletes it.
    void putCold(String shelf, String key, byte @Nullable [] value);

    /// Runs `then` once the whole cold shelf is in memory, where [#shelf] finds it from now on: at once if it is
    /// there already, else later, on this thread, with all else that comes for the account waiting. It stays in
    /// memory as long as the account does. When the store does not answer, `otherwise` runs.
    default void load(String shelf, Runnable then, Runnable otherwise) {
        then.run();
    }

    /// A string that nobody can guess.
    default String newId() {
        return UUID.randomUUID().toString();
    }

    /// What is known of `contact`'s place in the roster.
    Contact contact(Jid contact);

    /// The roster groups that `contact` is in.
    default List<String> groups(Jid contact) {
        return List.of();
    }

    /// The bare JIDs of the contacts in the roster.
    Iterable<Jid> roster();

    /// The connected devices, in no order.
    List<DeviceView> devices();

    /// Sends an iq-set with this payload to each device for which `which` answers true (server push).
    void pushToDevices(Element payload, java.util.function.Predicate<DeviceView> which);

    /// Remembers for the life of the session that the device asked for pushes of `topic` (as blocking and roster do).
    void interest(Jid device, String topic);

    /// Sends a stanza, whoever it is from, to one of this account's connected devices; nothing happens if it is not
    /// connected any more.
    default void sendToDevice(Jid device, Stanza stanza) {}

    /// Asks a device (iq-get); `answer` is told the result or the error, or never anything.
    default void ask(Jid device, Element payload, Consumer<Stanza> answer) {}

    /// Sends the devices' presence again where the features shape it otherwise by now ([Manifest#shapingPresence]).
    default void showAgain() {}

    /// Sends a stanza in this account's name; `from` must be this account's.
    void send(Stanza stanza);

    /// Sends the same stanzas, which have no `to`, to each of these accounts, as [#send] would one by one: made and
    /// handed on once for all to whom the checks let them pass as they are. If `fleeting`, they are for their
    /// connected devices only: who has none is not sent them.
    default void sendToEach(List<Stanza> stanzas, Iterable<Jid> to, boolean fleeting) {
        for (var one : to) for (var stanza : stanzas) send(stanza.withTo(one));
    }

    /// The bare JIDs of the contacts whose presence the account gets.
    default Iterable<Jid> watched() {
        var watched = new ArrayList<Jid>();
        for (var contact : roster()) if (contact(contact).subscribedTo()) watched.add(contact);
        return watched;
    }

    /// The bare JIDs of the contacts who get the account's presence.
    default Iterable<Jid> watching() {
        var watching = new ArrayList<Jid>();
        for (var contact : roster()) if (contact(contact).subscribedFrom()) watching.add(contact);
        return watching;
    }

    /// Removes the account with all it holds and ends its streams with `farewell`, after what was answered before in
    /// the same event.
    void remove(StreamError farewell);

    /// When the device with that stable id (XEP-0388) was last heard, 0 if never.
    default long deviceSeenMillis(String deviceId) {
        return 0;
    }

    /// When the account was last seen online (milliseconds since 1970), 0 if never.
    long lastSeenMillis();

    /// `subscribedFrom`: the contact gets this account's presence; `subscribedTo`: the account gets the contact's.
    record Contact(
            boolean inRoster,
            boolean subscribedTo,
            boolean subscribedFrom,
            @Nullable String name) {}

    /// A connected device: its full JID, whether it sent initial presence, its priority, the topics it is interested
    /// in, and its last presence stanza if available.
    record DeviceView(
            Jid jid,
            boolean available,
            int priority,
            boolean active,
            java.util.Set<String> interests,
            long connectedAtMillis,
            @Nullable Element presence) {}
}
