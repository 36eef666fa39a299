package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The community that a group is in, if any ([Community]): the group tells its announcement channel who comes and
/// goes. On the room's own shelf, as the row "community": the channel's address.
final class Belonging {

    private static final String ROW = "community";

    private static final Joining.Outcome GONE =
            new Joining.Outcome.Refused(Muc.error(ITEM_NOT_FOUND, "There is no such group in the community."));

    private final Room room;

    Belonging(Room room) {
        this.room = room;
    }

    private Shelf shelf() {
        return room.shelf();
    }

    private @Nullable Jid channel() {
        var row = shelf().get(ROW);
        return row == null ? null : Jid.parse(new String(row, StandardCharsets.UTF_8));
    }

    /// The channel says something.
    void heard(Jid channel, Element said) {
        switch (said.name()) {
            case "ask" -> asked(channel, Jid.parse(said.attribute("by", "")));
            case "come" -> comes(channel, Jid.parse(said.attribute("jid", "")), said.attribute("nick"));
            case "dismiss" -> {
                if (channel.equals(channel())) leave();
            }
            default -> {}
        }
    }

    private void asked(Jid channel, @Nullable Jid by) {
        var before = channel();
        if (by == null || !room.exists() || !room.membership.isOn() || !room.membership.has(by)) {
            refuse(channel, "item-not-found");
        } else if (!room.affiliations.of(by).isAtLeast(Affiliation.ADMIN)) {
            refuse(channel, "forbidden");
        } else if (room.community.isOne() || (before != null && !before.equals(channel))) {
            refuse(channel, "conflict");
        } else {
            shelf().put(ROW, channel.toString().getBytes(StandardCharsets.UTF_8));
            space(Community.iri(channel));
            var joined = Element.build(Community.NAMESPACE, "joined")
                    .attribute("name", room.configuration.text(Setting.NAME));
            tell(channel, people(joined, room.membership.all(), List.of()));
        }
    }

    /// Who is in the community wants in; what comes of it is the group's to say.
    private void comes(Jid channel, @Nullable Jid person, @Nullable String nick) {
        if (person == null) return;
        boolean ours = channel.equals(channel()) && room.exists() && room.membership.isOn();
        var outcome = ours ? new Joining(room).fromCommunity(person, nick) : GONE;
        var how =
                switch (outcome) {
                    case Joining.Outcome.In() -> "joined";
                    case Joining.Outcome.Waiting() -> "pending";
                    case Joining.Outcome.Refused(var error) -> error.condition().label();
                };
        tell(
                channel,
                Element.build(Community.NAMESPACE, "came")
                        .attribute("jid", person.toString())
                        .attribute("how", how));
    }

    private void refuse(Jid channel, String why) {
        tell(channel, Element.build(Community.NAMESPACE, "refused").attribute("why", why));
    }

    private static Element.Builder people(Element.Builder said, Collection<Jid> in, Collection<Jid> out) {
        for (var person : in) said.child("in", one -> one.attribute("jid", person.toString()));
        for (var person : out) said.child("out", one -> one.attribute("jid", person.toString()));
        return said;
    }

    /// XEP-0503 §4.4: what the group says that it is part of.
    private void space(String iri) {
        var form = DataForm.build(DataForm.Type.SUBMIT, Muc.ROOM_CONFIG)
                .field(Setting.SPACE.field, iri)
                .build();
        var now = room.configuration.with(form);
        if (now == null) return;
        room.configure(now);
        room.membership.changed(Setting.SPACE.field, iri);
    }

    /// An administrator of the group takes it out of its community.
    @Nullable
    StanzaError leave(Stanza iq, Jid from) {
        if (!room.affiliations.of(from).isAtLeast(Affiliation.ADMIN)) {
            return Muc.error(FORBIDDEN, "Only administrators take a group out of its community.");
        }
        var channel = channel();
        if (channel == null) return Muc.error(ITEM_NOT_FOUND, "This group is in no community.");
        tell(channel, Element.build(Community.NAMESPACE, "left"));
        leave();
        room.home.send(iq.result(null));
        return null;
    }

    private void leave() {
        shelf().remove(ROW);
        if (room.exists()) space("");
    }

    // ---- what happens to the group ---------------------------------------------------------------------------------

    void changed(Collection<Jid> joining, Collection<Jid> parting) {
        var channel = channel();
        if (channel == null || (joining.isEmpty() && parting.isEmpty())) return;
        tell(channel, people(Element.build(Community.NAMESPACE, "members"), joining, parting));
    }

    void renamed(String name) {
        var channel = channel();
        if (channel != null)
            tell(channel, Element.build(Community.NAMESPACE, "named").attribute("name", name));
    }

    /// The group ends.
    void ends() {
        var channel = channel();
        if (channel != null) tell(channel, Element.build(Community.NAMESPACE, "left"));
    }

    private void tell(Jid channel, Element.Builder what) {
        room.home.sendDurably(
                Stanza.of(Kind.MESSAGE, room.jid, channel, Muc.stanza("message", "headline", what.build())));
    }
}
