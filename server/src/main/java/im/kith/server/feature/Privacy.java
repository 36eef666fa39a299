package im.kith.server.feature;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Tag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What an account has chosen to show to whom (docs/protocol/privacy.md), for all who must ask before they show
/// something of it. A view of one hot shelf; nothing is kept beside it.
///
/// ```
/// hot shelf "privacy": `photo` → the word of Who | `photo JID` → 1 for each that the choice lists
/// ```
public final class Privacy {

    public static final String SHELF = "privacy";

    private static final byte[] PRESENT = {1};
    private static final Tag CARD = new Tag("urn:ietf:params:xml:ns:vcard-4.0", "vcard");

    /// What there is to show, and to whom it shows unless somebody chose.
    public enum Thing {
        LAST_SEEN(Who.CONTACTS),
        ONLINE(Who.EVERYONE),
        ABOUT(Who.EVERYONE),
        PHOTO(Who.EVERYONE),
        RECEIPTS(Who.EVERYONE),
        GROUPS_ADD(Who.EVERYONE),
        STATUS(Who.CONTACTS);

        private final Who usual;
        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        Thing(Who usual) {
            this.usual = usual;
        }

        /// Its name on the wire.
        public String label() {
            return label;
        }

        public static @Nullable Thing of(@Nullable String label) {
            for (var thing : values()) if (thing.label.equals(label)) return thing;
            return null;
        }
    }

    public enum Who {
        EVERYONE,
        CONTACTS,
        CONTACTS_EXCEPT,
        ONLY,
        NOBODY;

        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /// Its name on the wire.
        public String label() {
            return label;
        }

        /// Whether the choice comes with a list.
        public boolean lists() {
            return this == CONTACTS_EXCEPT || this == ONLY;
        }

        public static @Nullable Who of(@Nullable String label) {
            for (var who : values()) if (who.label.equals(label)) return who;
            return null;
        }
    }

    private Privacy() {}

    /// Whether the account has chosen anything at all.
    public static boolean isChosen(Owner owner) {
        return !owner.shelf(SHELF).all().isEmpty();
    }

    public static Who who(Owner owner, Thing thing) {
        var row = owner.shelf(SHELF).get(thing.label);
        var who = row == null ? null : Who.of(new String(row, StandardCharsets.UTF_8));
        return who == null ? thing.usual : who;
    }

    /// The addresses that the choice lists.
    public static List<String> listed(Owner owner, Thing thing) {
        var prefix = thing.label + " ";
        var jids = new ArrayList<String>();
        for (var key :
                owner.shelf(SHELF).all().subMap(prefix, thing.label + "!").keySet()) {
            jids.add(key.substring(prefix.length()));
        }
        return jids;
    }

    public static void choose(Owner owner, Thing thing, Who who, Iterable<String> jids) {
        var shelf = owner.shelf(SHELF);
        for (var jid : listed(owner, thing)) shelf.remove(thing.label + " " + jid);
        shelf.put(thing.label, who.label.getBytes(StandardCharsets.UTF_8));
        for (var jid : jids) shelf.put(thing.label + " " + jid, PRESENT);
    }

    /// Whether `viewer` may see it. Own devices always may; who speaks from a service, as the people in a room do, is
    /// everybody.
    public static boolean shows(Owner owner, Thing thing, Jid viewer) {
        return shows(owner, viewer, who(owner, thing), jid -> owner.shelf(SHELF).get(thing.label + " " + jid) != null);
    }

    /// The same for a choice that is not made yet.
    public static boolean shows(Owner owner, Jid viewer, Who who, Predicate<String> listed) {
        if (owner.owns(viewer) || who == Who.EVERYONE) return true;
        if (who == Who.NOBODY || isService(owner, viewer)) return false;
        return switch (who) {
            case CONTACTS -> isContact(owner, viewer);
            case CONTACTS_EXCEPT ->
                isContact(owner, viewer) && !listed.test(viewer.bare().toString());
            default -> listed.test(viewer.bare().toString());
        };
    }

    /// Whether the address belongs to one of the server's services, as rooms and who speaks in them do.
    public static boolean isService(Owner owner, Jid address) {
        var domain = address.domain();
        var server = owner.server().domain();
        int dot = domain.length() - server.length() - 1;
        return dot > 0 && domain.charAt(dot) == '.' && domain.endsWith(server);
    }

    private static boolean isContact(Owner owner, Jid viewer) {
        var contact = owner.contact(viewer);
        return contact.inRoster() || contact.subscribedFrom();
    }

    /// Last seen is for who gets the account's presence, unless it is for everyone, and shows nothing to who may not
    /// see whether the account is online.
    public static boolean showsLastSeen(Owner owner, Jid viewer) {
        if (owner.owns(viewer)) return true;
        if (!shows(owner, Thing.ONLINE, viewer)) return false;
        if (who(owner, Thing.LAST_SEEN) == Who.EVERYONE) return true;
        return shows(owner, Thing.LAST_SEEN, viewer) && owner.contact(viewer).subscribedFrom();
    }

    /// What `viewer` may see of an element that holds items of one of the account's nodes: of a vCard 4 (XEP-0292), as
    /// of the other card, its names are left of what is hidden.
    public static Element shown(Owner owner, String node, Element element, Jid viewer) {
        if (!node.equals("urn:xmpp:vcard4")) return element;
        boolean about = shows(owner, Thing.ABOUT, viewer);
        boolean photo = shows(owner, Thing.PHOTO, viewer);
        return about && photo ? element : bared(element, about, photo);
    }

    private static Element bared(Element element, boolean about, boolean photo) {
        if (element.is(CARD)) {
            return element.without(child -> switch (child.name()) {
                case "fn", "n", "nickname" -> false;
                case "photo" -> !photo;
                // Any property may be in it (RFC 6351 §5.1).
                case "group" -> true;
                default -> !about;
            });
        }
        var rest = element.without(child -> true);
        for (var child : element.children()) rest = rest.plus(bared(child, about, photo));
        return rest;
    }

    /// Whether the account hides a node of its own (XEP-0163) from `viewer`, for what is published there.
    public static boolean hidesNode(Owner owner, String node, Jid viewer) {
        return switch (node) {
            case "urn:xmpp:avatar:data", "urn:xmpp:avatar:metadata" -> !shows(owner, Thing.PHOTO, viewer);
            case "http://jabber.org/protocol/mood",
                    "http://jabber.org/protocol/activity",
                    "http://jabber.org/protocol/tune" -> !shows(owner, Thing.ABOUT, viewer);
            case "urn:xmpp:pubsub-social-feed:stories:0" -> !shows(owner, Thing.STATUS, viewer);
            default -> false;
        };
    }
}
