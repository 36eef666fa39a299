package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.CONFLICT;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;
import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A group of groups (docs/protocol/groups.md), kept by its announcement channel: a group with the setting
/// *announces*, in which is whoever is in any of its groups. To clients it is also a space of XEP-0503, a node of
/// its own whose items are the groups.
///
/// The groups tell it who comes and goes, by messages that survive a crash ([Belonging] is their side). A person
/// stays as long as one of the groups vouches for it; administrators of the channel stay anyway.
///
/// ```
/// shelf "room.community": "group " + address → the group's name
///                         "asked " + address → who asked that group in
///                         "in " + person     → the groups that vouch for it, one a line
/// ```
///
/// Errors: `not-allowed` (this is no announcement channel), `forbidden` (no administrator here, or not of that
/// group), `conflict` (that group is in a community), `item-not-found` (no such group, or it is not in this one),
/// `resource-constraint` (too many groups).
final class Community {

    static final String SHELF = "room.community";
    /// What rooms say to one another; it stays within the server.
    static final String NAMESPACE = "urn:kith:room:community";
    /// By groups to their channel; the rest is said by the channel.
    static final Set<String> SAID = Set.of("joined", "refused", "left", "named", "members", "came");

    /// What a group says to a community that is gone, and needs no answer.
    private static final Set<String> LAST_WORDS = Set.of("left", "came");

    static final String NODE = "groups";

    static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static final int MOST_GROUPS = 50;
    private static final int MOST_COMING = 1_000;
    private static final String GROUP = "group ";
    private static final String ASKED = "asked ";
    private static final String IN = "in ";

    private final Room room;
    private final Shelf shelf;
    /// The requests whose groups have not answered yet; who asked before a crash sees by the event.
    private final Map<Jid, Stanza> open = new HashMap<>(2);

    /// The same of who wants into a group, under group and person.
    private final Map<String, Stanza> coming = new HashMap<>(2);

    Community(Room room, Shelf shelf) {
        this.room = room;
        this.shelf = shelf;
    }

    boolean isOne() {
        return room.configuration.is(Setting.ANNOUNCES);
    }

    /// The address of the space.
    static String iri(Jid channel) {
        return "xmpp:" + channel + "?;node=" + NODE;
    }

    // ---- what clients ask ------------------------------------------------------------------------------------------

    /// An administrator of both wants a group in, or one of the channel wants it out.
    @Nullable
    StanzaError arrived(Stanza iq, Jid from, Element request) {
        if (!isOne()) return Muc.error(NOT_ALLOWED, "This group is no announcement channel of a community.");
        if (!room.affiliations.of(from).isAtLeast(Affiliation.ADMIN)) {
            return Muc.error(FORBIDDEN, "Only administrators say which groups are in the community.");
        }
        var group = Jid.parse(request.attribute("group", ""));
        if (group == null || !isGroup(group)) return Muc.error(JID_MALFORMED, "Say which group, by its address.");
        return request.name().equals("include") ? include(iq, from, group) : exclude(iq, group);
    }

    /// Who is in the community wants into one of its groups, without a link; the group says what comes of it.
    @Nullable
    StanzaError join(Stanza iq, Jid from, Element request) {
        if (!isOne()) return Muc.error(NOT_ALLOWED, "This group is no announcement channel of a community.");
        if (!room.membership.has(from))
            return Muc.error(FORBIDDEN, "Only who is in the community asks for its groups.");
        var group = Jid.parse(request.attribute("group", ""));
        if (group == null || shelf.get(GROUP + group) == null) {
            return Muc.error(ITEM_NOT_FOUND, "There is no such group in the community.");
        }
        var person = from.bare();
        if (coming.size() >= MOST_COMING || coming.putIfAbsent(group + " " + person, iq) != null) {
            return Muc.error(RESOURCE_CONSTRAINT, "The group has yet to answer what was asked before.");
        }
        tell(
                group,
                Element.build(NAMESPACE, "come")
                        .attribute("jid", person.toString())
                        .attribute("nick", request.attribute("nick")));
        return null;
    }

    private void came(Jid group, Element said) {
        var iq = coming.remove(group + " " + said.attribute("jid", ""));
        if (iq == null) return;
        switch (said.attribute("how", "")) {
            case "joined", "pending" ->
                room.home.send(iq.result(Element.empty(Membership.NAMESPACE, said.attribute("how", ""))));
            case "forbidden" -> room.home.send(iq.error(Muc.error(FORBIDDEN, "You are banned from this group.")));
            case "resource-constraint" ->
                room.home.send(iq.error(Muc.error(RESOURCE_CONSTRAINT, "The group is full, or too many wait.")));
            default -> room.home.send(iq.error(Muc.error(ITEM_NOT_FOUND, "There is no such group in the community.")));
        }
    }

    private boolean isGroup(Jid address) {
        return address.isBare()
                && address.local() != null
                && address.domain().equals(room.jid.domain())
                && !address.equals(room.jid);
    }

    private @Nullable StanzaError include(Stanza iq, Jid from, Jid group) {
        if (shelf.get(GROUP + group) != null) {
            room.home.send(iq.result(null));
            return null;
        }
        long known =
                shelf.all().keySet().stream().filter(key -> !key.startsWith(IN)).count();
        if (known >= MOST_GROUPS) {
            return Muc.error(RESOURCE_CONSTRAINT, "A community has at most " + MOST_GROUPS + " groups.");
        }
        shelf.put(ASKED + group, from.bare().toString().getBytes(StandardCharsets.UTF_8));
        open.put(group, iq);
        tell(group, Element.build(NAMESPACE, "ask").attribute("by", from.bare().toString()));
        return null;
    }

    private @Nullable StanzaError exclude(Stanza iq, Jid group) {
        if (shelf.get(GROUP + group) == null) return Muc.error(ITEM_NOT_FOUND, "This group is not in the community.");
        tell(group, Element.build(NAMESPACE, "dismiss"));
        parted(group);
        room.home.send(iq.result(null));
        return null;
    }

    /// XEP-0060 §6.5, for the one node: the groups as bookmarks (XEP-0503 §4.3).
    @Nullable
    StanzaError items(Stanza iq, Jid from, Element pubsub) {
        if (!isOne()) return Muc.error(StanzaError.Condition.SERVICE_UNAVAILABLE, "A room does not answer that.");
        if (!room.membership.has(from)) return Muc.error(FORBIDDEN, "Only who is in the community sees its groups.");
        var asked = pubsub.child(PUBSUB, "items");
        if (asked == null) return Muc.error(BAD_REQUEST, "The groups are the items of the node " + NODE + ".");
        if (!NODE.equals(asked.attribute("node"))) return Muc.error(ITEM_NOT_FOUND, "There is the node " + NODE + ".");
        var items = Element.build(PUBSUB, "items").attribute("node", NODE);
        shelf.all().forEach((key, name) -> {
            if (!key.startsWith(GROUP)) return;
            items.child("item", item -> item.attribute("id", key.substring(GROUP.length()))
                    .child(Element.build("urn:xmpp:bookmarks:1", "conference")
                            .attribute("name", new String(name, StandardCharsets.UTF_8))
                            .build()));
        });
        room.home.send(
                iq.result(Element.build(PUBSUB, "pubsub").child(items.build()).build()));
        return null;
    }

    /// XEP-0503 §4.2: what the node is.
    Element description() {
        return Element.build(Muc.INFO, "query")
                .attribute("node", NODE)
                .child("identity", one -> one.attribute("category", "pubsub").attribute("type", "leaf"))
                .child("feature", one -> one.attribute("var", PUBSUB))
                .child(DataForm.build(DataForm.Type.RESULT, PUBSUB + "#meta-data")
                        .field("pubsub#type", Description.SPACES)
                        .field("pubsub#title", room.configuration.text(Setting.NAME))
                        .field("pubsub#access_model", "whitelist")
                        .build()
                        .toElement())
                .build();
    }

    // ---- what groups say -------------------------------------------------------------------------------------------

    void heard(Jid group, Element said) {
        if (!room.exists() || !isOne()) {
            if (!LAST_WORDS.contains(said.name())) tell(group, Element.build(NAMESPACE, "dismiss"));
            return;
        }
        switch (said.name()) {
            case "joined" -> joined(group, said);
            case "refused" -> refused(group, said);
            case "left" -> parted(group);
            case "came" -> came(group, said);
            case "named" -> {
                if (shelf.get(GROUP + group) != null) shelf.put(GROUP + group, name(said));
            }
            case "members" -> {
                if (shelf.get(GROUP + group) != null) members(group, said);
                else tell(group, Element.build(NAMESPACE, "dismiss"));
            }
            default -> {}
        }
    }

    private static byte[] name(Element said) {
        return said.attribute("name", "").getBytes(StandardCharsets.UTF_8);
    }

    private void joined(Jid group, Element said) {
        var asked = shelf.get(ASKED + group);
        if (asked == null) {
            if (shelf.get(GROUP + group) == null) tell(group, Element.build(NAMESPACE, "dismiss"));
            return;
        }
        shelf.remove(ASKED + group);
        shelf.put(GROUP + group, name(said));
        room.membership.happened("group-added", "group", group.toString());
        members(group, said);
        var iq = open.remove(group);
        if (iq != null) room.home.send(iq.result(null));
    }

    private void refused(Jid group, Element said) {
        shelf.remove(ASKED + group);
        var iq = open.remove(group);
        if (iq == null) return;
        room.home.send(iq.error(
                switch (said.attribute("why", "")) {
                    case "conflict" -> Muc.error(CONFLICT, "This group is in a community, or is one.");
                    case "forbidden" -> Muc.error(FORBIDDEN, "You are no administrator of that group.");
                    default -> Muc.error(ITEM_NOT_FOUND, "There is no such group.");
                }));
    }

    private void parted(Jid group) {
        shelf.remove(ASKED + group);
        if (shelf.get(GROUP + group) == null) return;
        shelf.remove(GROUP + group);
        room.membership.happened("group-removed", "group", group.toString());
        for (var key : List.copyOf(shelf.all().keySet())) {
            var person = key.startsWith(IN) ? Jid.parse(key.substring(IN.length())) : null;
            if (person != null) goes(person, group);
        }
    }

    private void members(Jid group, Element said) {
        for (var child : said.children()) {
            var person = Jid.parse(child.attribute("jid", ""));
            if (person == null || !room.home.isAccount(person)) continue;
            if (child.name().equals("in")) comes(person, group);
            else if (child.name().equals("out")) goes(person, group);
        }
    }

    private void comes(Jid person, Jid group) {
        boolean none = room.affiliations.of(person) == Affiliation.NONE;
        if (none && !room.membership.hasRoomFor(1)) return;
        var groups = new LinkedHashSet<>(vouching(person));
        if (groups.add(group.toString())) write(person, groups);
        if (none) room.affiliations.set(person, Affiliation.MEMBER, null);
    }

    private void goes(Jid person, Jid group) {
        var groups = new LinkedHashSet<>(vouching(person));
        if (!groups.remove(group.toString())) return;
        write(person, groups);
        if (groups.isEmpty() && room.affiliations.of(person) == Affiliation.MEMBER) {
            room.affiliations.set(person, Affiliation.NONE, null);
            for (var occupant : room.occupants.of(person)) {
                room.leaving
                        .remove(occupant, Notice.gone(Affiliation.NONE, 321))
                        .run();
            }
        }
    }

    private Set<String> vouching(Jid person) {
        var row = shelf.get(IN + person);
        return row == null ? Set.of() : Set.of(new String(row, StandardCharsets.UTF_8).split("\n"));
    }

    private void write(Jid person, Set<String> groups) {
        if (groups.isEmpty()) shelf.remove(IN + person);
        else shelf.put(IN + person, String.join("\n", groups).getBytes(StandardCharsets.UTF_8));
    }

    // ---- its end ---------------------------------------------------------------------------------------------------

    /// The channel ends, and the community with it.
    void ends() {
        for (var key : shelf.all().keySet()) {
            var group = key.startsWith(GROUP) ? Jid.parse(key.substring(GROUP.length())) : null;
            if (group != null) tell(group, Element.build(NAMESPACE, "dismiss"));
        }
    }

    private void tell(Jid group, Element.Builder what) {
        room.home.sendDurably(
                Stanza.of(Kind.MESSAGE, room.jid, group, Muc.stanza("message", "headline", what.build())));
    }
}
