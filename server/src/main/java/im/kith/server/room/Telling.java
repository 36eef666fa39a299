package im.kith.server.room;

import im.kith.store.Entry;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How what has happened to a group reaches its members: one message for one request, kept and archived, for all of
/// them and for who was one until then.
///
/// In the announcement channel of a community, who comes, goes or is promoted is nobody's business but the person's
/// own: each is told alone, and the archive does not know it.
final class Telling {

    private final Room room;
    private final Departed departed;

    Telling(Room room, Departed departed) {
        this.room = room;
        this.departed = departed;
    }

    /// @param begins whether the room has just become a group, so that its members have seen all there is
    /// @param told runs once all have it
    record Happening(
            List<Element> events,
            List<Jid> joining,
            List<Jid> parting,
            @Nullable Jid actor,
            boolean begins,
            Runnable told) {}

    void tell(Happening what) {
        if (room.community.isOne()) tellEach(what);
        else tellAll(what);
        for (var person : what.parting) room.hats.strip(person);
        room.belonging.changed(what.joining, what.parting);
        room.shown();
    }

    private void tellAll(Happening what) {
        var recipients = room.membership.all();
        if (!what.parting.isEmpty()) {
            recipients = new ArrayList<>(recipients);
            recipients.addAll(what.parting);
        }
        var stanza = message(what.events, item(what));
        var entry = room.history.append(stanza, Membership.EVENT, recipients, what.actor, what.told);
        room.home.broadcast(stanza, entry, room.occupants.devices(), true);
        for (var person : what.joining) joined(person, entry, what);
        for (var person : what.parting) departed.add(person, entry.seq());
    }

    private void tellEach(Happening what) {
        var shared = new ArrayList<Element>();
        var told = what.told;
        for (var event : what.events) {
            var person = personOf(event);
            if (person == null) {
                shared.add(event);
                continue;
            }
            var entry = room.history.whisper(message(List.of(event), null), person, what.actor, told);
            told = () -> {};
            if (what.joining.contains(person)) joined(person, entry, what);
        }
        if (shared.isEmpty()) return;
        var stanza = message(shared, null);
        var entry = room.history.append(stanza, Membership.EVENT, room.membership.all(), what.actor, told);
        room.home.broadcast(stanza, entry, room.occupants.devices(), true);
    }

    private void joined(Jid person, Entry entry, Happening what) {
        departed.remove(person);
        if (!what.begins) room.affiliations.since(person, entry.seq());
    }

    /// Whom an event of an announcement channel was for, after a crash: null for everybody.
    static @Nullable Jid onlyFor(Element message) {
        for (var child : message.children()) {
            if (child.is(Membership.NAMESPACE, "event")) return personOf(child);
        }
        return null;
    }

    private static @Nullable Jid personOf(Element event) {
        return Jid.parse(event.attribute("jid", ""));
    }

    private Stanza message(List<Element> events, @Nullable Element item) {
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("type", "groupchat")
                .attribute("id", room.home.secret())
                .children(events)
                .child(item);
        return Stanza.of(Kind.MESSAGE, room.jid, null, message.build());
    }

    /// XEP-0045 §9: what the room says of the affiliation of somebody who is not in it.
    private @Nullable Element item(Happening what) {
        if (what.joining.size() + what.parting.size() != 1) return null;
        var person = what.joining.isEmpty() ? what.parting.getFirst() : what.joining.getFirst();
        var entry = room.affiliations.entry(person);
        return Element.build(Muc.USER, "x")
                .child("item", item -> {
                    item.attribute("affiliation", entry.affiliation().label())
                            .attribute("jid", person.toString())
                            .attribute("nick", entry.nick())
                            .attribute("role", Role.NONE.label());
                    var by = what.actor;
                    if (by != null) item.child("actor", one -> one.attribute("jid", by.toString()));
                })
                .build();
    }
}
