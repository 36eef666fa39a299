package im.kith.server.account;

import im.kith.server.feature.Owner;
import im.kith.server.feature.Owner.DeviceView;
import im.kith.server.feature.Shelf;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An account's contacts (RFC 6121 §2), as they stand on its hot shelf.
///
/// There is no roster object beside the rows: this is a view, made for one event and thrown away, so an account with an
/// empty roster costs nothing and one with contacts the bytes of their rows. Rows are decoded one at a time, when one
/// contact is asked for; presence reads their first byte only ([RosterItem]). Single-threaded, as the account is.
///
/// **How the account uses the roster.** Its feature is [RosterFeature]; it goes into the core's list of features, and
/// the owner that its handlers get must be the account's [Self]. [Owner#contact] is answered by [#contact]. Everything
/// else happens through [Presence].
final class Roster {

    /// The hot shelf: by bare JID a row of [RosterItem]; under [#VERSION] the [RosterVersion].
    static final String SHELF = "roster";

    /// The topic of devices that have asked for the roster, and so get pushes: RFC 6121's *interested resources*.
    static final String INTEREST = "roster";

    static final String NAMESPACE = "jabber:iq:roster";

    /// No JID begins like this.
    private static final String VERSION = "/version";

    /// Contacts in a roster.
    static final int MAX_ITEMS = 2000;

    /// So many changes are pushed one by one, however few contacts there are.
    private static final int FEW_CHANGES = 20;

    /// Strangers' requests that wait for an answer.
    static final int MAX_REQUESTS = 200;

    static final Predicate<DeviceView> INTERESTED = device -> device.interests().contains(INTEREST);

    private final Owner owner;
    private final Shelf shelf;

    private Roster(Owner owner, Shelf shelf) {
        this.owner = owner;
        this.shelf = shelf;
    }

    static Roster of(Owner owner) {
        return new Roster(owner, owner.shelf(SHELF));
    }

    /// What [Owner#contact] answers.
    static Owner.Contact contact(Shelf shelf, Jid contact) {
        var jid = contact.bare();
        var row = shelf.get(jid.toString());
        if (row == null) return UNKNOWN;
        int flags = RosterItem.flags(row);
        boolean visible = (flags & RosterItem.VISIBLE) != 0;
        var name = visible ? RosterItem.name(row) : "";
        return new Owner.Contact(
                visible, (flags & RosterItem.TO) != 0, (flags & RosterItem.FROM) != 0, name.isEmpty() ? null : name);
    }

    /// What [Owner#groups] answers.
    static List<String> groups(Shelf shelf, Jid contact) {
        var jid = contact.bare();
        var row = shelf.get(jid.toString());
        return row == null ? List.of() : RosterItem.decode(jid, row).groups();
    }

    private static final Owner.Contact UNKNOWN = new Owner.Contact(false, false, false, null);

    boolean isEmpty() {
        return shelf.all().isEmpty();
    }

    /// The flags of [RosterItem] for this contact; 0 if unknown.
    int flags(Jid contact) {
        return RosterItem.flags(shelf.get(contact.bare().toString()));
    }

    /// The rows to go over by their [RosterItem#flags]; the version's row has none set.
    Iterable<Map.Entry<String, byte[]>> rows() {
        return shelf.all().entrySet();
    }

    static Jid jidOf(Map.Entry<String, byte[]> row) {
        return Objects.requireNonNull(Jid.parse(row.getKey()));
    }

    /// What is known of the contact, visible or not; null if nothing.
    @Nullable
    RosterItem item(Jid contact) {
        var jid = contact.bare();
        var row = shelf.get(jid.toString());
        return row == null ? null : RosterItem.decode(jid, row);
    }

    /// What is known of the contact, or an item of nothing.
    RosterItem itemOrNew(Jid contact) {
        var item = item(contact);
        return item == null ? RosterItem.of(contact.bare()) : item;
    }

    /// The visible items.
    List<RosterItem> items() {
        var items = new ArrayList<RosterItem>();
        for (var row : rows()) {
            if ((RosterItem.flags(row.getValue()) & RosterItem.VISIBLE) != 0) {
                items.add(RosterItem.decode(jidOf(row), row.getValue()));
            }
        }
        return items;
    }

    /// The addresses of the visible items.
    List<Jid> contacts() {
        return contacts(RosterItem.VISIBLE);
    }

    private List<Jid> contacts(int flag) {
        var contacts = new ArrayList<Jid>();
        for (var row : rows()) {
            if ((RosterItem.flags(row.getValue()) & flag) != 0) contacts.add(jidOf(row));
        }
        return contacts;
    }

    /// The contacts who get the account's presence.
    List<Jid> watching() {
        return contacts(RosterItem.FROM);
    }

    /// The contacts whose presence the account gets.
    List<Jid> watched() {
        return contacts(RosterItem.TO);
    }

    /// Whether one more contact finds room.
    boolean hasRoom() {
        return count(RosterItem.VISIBLE, RosterItem.VISIBLE) < MAX_ITEMS;
    }

    /// Whether one more stranger's request finds room.
    boolean hasRoomForRequest() {
        return count(RosterItem.VISIBLE | RosterItem.PENDING_IN, RosterItem.PENDING_IN) < MAX_REQUESTS;
    }

    private int count(int mask, int flags) {
        int count = 0;
        for (var row : shelf.all().values()) {
            if ((RosterItem.flags(row) & mask) == flags) count++;
        }
        return count;
    }

    /// Makes the item part of the roster from now on and pushes it to the interested devices (§2.1.6).
    void put(RosterItem item) {
        var version = version().changed(item.jid(), owner.nowMillis());
        var shown = item.shown().withVersion(version.current());
        shelf.put(item.jid().toString(), shown.encode());
        shelf.put(VERSION, version.encode());
        owner.pushToDevices(push(shown.toElement(), version.current()), INTERESTED);
    }

    /// Remembers of a contact what devices do not see in the roster (a request pending in), or forgets it.
    void putHidden(RosterItem item) {
        if (item.visible() || item.state() != SubscriptionState.NONE)
            shelf.put(item.jid().toString(), item.encode());
        else shelf.remove(item.jid().toString());
    }

    /// Takes a visible item out of the roster and pushes that.
    void remove(Jid jid) {
        var version = version().removed(jid, owner.nowMillis());
        shelf.remove(jid.toString());
        shelf.put(VERSION, version.encode());
        owner.pushToDevices(push(removal(jid), version.current()), INTERESTED);
    }

    RosterVersion version() {
        return RosterVersion.decode(shelf.get(VERSION));
    }

    /// The whole roster, as the answer to a get.
    Element toElement() {
        var query = Element.build(NAMESPACE, "query")
                .attribute("ver", RosterVersion.text(version().current()));
        for (var item : items()) query.child(item.toElement());
        return query.build();
    }

    /// The pushes that bring a client from version `known` up to date, oldest first, or null when it is cheaper, or
    /// only possible, to send the whole roster (§2.6.3).
    @Nullable
    List<Element> changesSince(long known) {
        var version = version();
        if (!version.remembers(known)) return null;
        if (known == version.current()) return List.of();
        var items = items();
        var changes = changes(items, version, known);
        return changes.size() > FEW_CHANGES && changes.size() > items.size() / 2 ? null : changes;
    }

    /// The pushes of all that changed after this time, oldest first: versions are times. Only the removals of long ago
    /// are missing, which nobody remembers.
    List<Element> changesAfterMillis(long millis) {
        var version = version();
        return millis >= version.current() ? List.of() : changes(items(), version, millis);
    }

    private static List<Element> changes(List<RosterItem> items, RosterVersion version, long known) {
        var changes = new ArrayList<Change>();
        for (var item : items) {
            if (item.version() > known) changes.add(new Change(item.version(), item.toElement()));
        }
        for (var removal : version.removals()) {
            if (removal.version() > known) changes.add(new Change(removal.version(), removal(removal.jid())));
        }
        changes.sort(Comparator.comparingLong(Change::version));
        return changes.stream().map(change -> push(change.item, change.version)).toList();
    }

    private record Change(long version, Element item) {}

    private static Element push(Element item, long version) {
        return Element.build(NAMESPACE, "query")
                .attribute("ver", RosterVersion.text(version))
                .child(item)
                .build();
    }

    private static Element removal(Jid jid) {
        return Element.build(NAMESPACE, "item")
                .attribute("jid", jid.toString())
                .attribute("subscription", "remove")
                .build();
    }
}
