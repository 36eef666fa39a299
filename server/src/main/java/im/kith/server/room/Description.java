package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.DataForm.Field;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §6.4, §6.5, §7.12: what a room says of itself to service discovery: what kind it is, who is in it, which
/// nickname is reserved for who asks.
final class Description {

    private static final String RESERVED_NICK = "x-roomuser-item";
    private static final String ROOMS = "http://jabber.org/protocol/muc#rooms";
    static final String SPACES = "urn:xmpp:spaces:0";
    private static final String TRAFFIC = "http://jabber.org/protocol/muc#traffic";

    private final Room room;
    private final HatCommands commands;

    Description(Room room, HatCommands commands) {
        this.room = room;
        this.commands = commands;
    }

    @Nullable
    StanzaError info(Stanza iq, Jid from, Element query) {
        var node = query.attribute("node");
        if (node == null) {
            room.home.send(iq.result(room.membership.shows(from) ? description() : hidden()));
            return null;
        }
        switch (node) {
            case RESERVED_NICK -> {
                var nick = room.affiliations.nickOf(from);
                var answer = Element.build(Muc.INFO, "query").attribute("node", node);
                if (nick != null) answer.child(identity(nick));
                room.home.send(iq.result(answer.build()));
                return null;
            }
            case TRAFFIC -> {
                return StanzaError.of(StanzaError.Condition.FEATURE_NOT_IMPLEMENTED);
            }
            case Community.NODE -> {
                boolean sees = room.community.isOne() && room.membership.has(from);
                if (!sees) return Muc.error(ITEM_NOT_FOUND, "A room has no such node.");
                room.home.send(iq.result(room.community.description()));
                return null;
            }
            case HatCommands.NAMESPACE -> {
                room.home.send(iq.result(Element.build(Muc.INFO, "query")
                        .attribute("node", node)
                        .child(automation("command-list", "Commands"))
                        .build()));
                return null;
            }
            default -> {
                var work = HatCommands.Work.of(node);
                if (work == null) return Muc.error(ITEM_NOT_FOUND, "A room has no such node.");
                if (!commands.may(from, work)) return Muc.error(FORBIDDEN, "This is not for you in this room.");
                room.home.send(iq.result(Element.build(Muc.INFO, "query")
                        .attribute("node", node)
                        .child(automation("command-node", work.title))
                        .child("feature", one -> one.attribute("var", HatCommands.NAMESPACE))
                        .child("feature", one -> one.attribute("var", DataForm.NAMESPACE))
                        .build()));
                return null;
            }
        }
    }

    /// XEP-0050 §2.
    private static Element automation(String type, String name) {
        return Element.build(Muc.INFO, "identity")
                .attribute("category", "automation")
                .attribute("type", type)
                .attribute("name", name)
                .build();
    }

    private static Element identity(String name) {
        return Element.build(Muc.INFO, "identity")
                .attribute("category", "conference")
                .attribute("type", "text")
                .attribute("name", name)
                .build();
    }

    private Element description() {
        var name = room.configuration.text(Setting.NAME);
        var query = Element.build(Muc.INFO, "query").child(identity(name.isEmpty() ? local() : name));
        for (var feature : features()) query.child("feature", one -> one.attribute("var", feature));
        var space = room.configuration.text(Setting.SPACE);
        if (!space.isEmpty()) query.child(parent(space));
        return query.child(form()).build();
    }

    /// Of a group, to who may not know more.
    private static Element hidden() {
        return Element.build(Muc.INFO, "query")
                .child("identity", one -> one.attribute("category", "conference")
                        .attribute("type", "text"))
                .child("feature", one -> one.attribute("var", Membership.LASTING))
                .child("feature", one -> one.attribute("var", Membership.NAMESPACE))
                .child("feature", one -> one.attribute("var", Muc.NAMESPACE))
                .build();
    }

    /// XEP-0503 §4.4.
    private static Element parent(String space) {
        var form = DataForm.build(DataForm.Type.RESULT, SPACES);
        text(form, "parent", "Space parent", space);
        return form.build().toElement();
    }

    private String local() {
        var local = room.jid.local();
        return local == null ? "" : local;
    }

    private List<String> features() {
        var configuration = room.configuration;
        var features = new ArrayList<>(Rooms.ROOM_FEATURES);
        if (!configuration.text(Setting.SPACE).isEmpty()) features.add(SPACES);
        if (room.membership.isOn()) features.add(Membership.LASTING);
        features.add(configuration.is(Setting.PERSISTENT) ? "muc_persistent" : "muc_temporary");
        features.add(configuration.is(Setting.PUBLIC) ? "muc_public" : "muc_hidden");
        features.add(configuration.is(Setting.MEMBERS_ONLY) ? "muc_membersonly" : "muc_open");
        features.add(configuration.is(Setting.MODERATED) ? "muc_moderated" : "muc_unmoderated");
        features.add(configuration.isNonAnonymous() ? "muc_nonanonymous" : "muc_semianonymous");
        features.add(configuration.is(Setting.PASSWORD_PROTECTED) ? "muc_passwordprotected" : "muc_unsecured");
        return features;
    }

    private Element form() {
        var configuration = room.configuration;
        var form = DataForm.build(DataForm.Type.RESULT, Muc.ROOM_INFO);
        text(form, "muc#roomconfig_roomname", "Name", configuration.text(Setting.NAME));
        text(form, "muc#roominfo_description", "Description", configuration.text(Setting.DESCRIPTION));
        text(form, "muc#roominfo_subject", "Subject", room.subject.text());
        bool(form, "muc#roominfo_subjectmod", "May be changed by occupants", configuration.is(Setting.CHANGE_SUBJECT));
        bool(form, "muc#roominfo_changesubject", "Occupants may change it", configuration.is(Setting.CHANGE_SUBJECT));
        text(form, "muc#roominfo_occupants", "Occupants", Integer.toString(room.occupants.size()));
        text(form, "muc#maxhistoryfetch", "Messages shown", configuration.text(Setting.HISTORY));
        if (!configuration.text(Setting.LANGUAGE).isEmpty()) {
            text(form, "muc#roominfo_lang", "Language", configuration.text(Setting.LANGUAGE));
        }
        if (!configuration.text(Setting.SPACE).isEmpty()) {
            text(form, Setting.SPACE.field, "Associated pubsub node", configuration.text(Setting.SPACE));
        }
        var contacts = configuration.values(Setting.CONTACT);
        if (!contacts.isEmpty()) {
            form.field(new Field("muc#roominfo_contactjid", "jid-multi", "Contact", false, contacts, List.of()));
        }
        var slow = configuration.text(Setting.SLOW_MODE);
        if (!slow.equals("0")) text(form, "muc#roominfo_slow_mode_duration", "Seconds between messages", slow);
        var pictures = room.picture.hashes();
        if (!pictures.isEmpty()) {
            form.field(new Field("muc#roominfo_avatarhash", "text-multi", "Picture", false, pictures, List.of()));
        }
        if (room.membership.isOn()) group(form);
        var hats = room.hats.hash();
        if (hats != null) text(form, "hats#hash", "Hats hash", hats);
        return form.build().toElement();
    }

    /// What its members may do (docs/protocol/groups.md).
    private void group(DataForm.Builder form) {
        var configuration = room.configuration;
        for (var setting : List.of(Setting.POST, Setting.EDIT, Setting.SEEN)) {
            text(form, setting.field, "", configuration.text(setting));
        }
        for (var setting : List.of(Setting.APPROVE, Setting.ALLOW_INVITES, Setting.ANNOUNCES)) {
            bool(form, setting.field, "", configuration.is(setting));
        }
    }

    private static void text(DataForm.Builder form, String name, String label, String value) {
        form.field(new Field(name, "text-single", label, false, List.of(value), List.of()));
    }

    private static void bool(DataForm.Builder form, String name, String label, boolean value) {
        form.field(new Field(name, "boolean", label, false, List.of(value ? "1" : "0"), List.of()));
    }

    /// §6.5: who is in the room, for who may know it.
    @Nullable
    StanzaError items(Stanza iq, Jid from, Element query) {
        var node = query.attribute("node");
        if (HatCommands.NAMESPACE.equals(node)) return commands(iq, from);
        if (node != null && !node.equals(ROOMS)) return Muc.error(ITEM_NOT_FOUND, "A room has no such node.");
        var affiliation = room.affiliations.of(from);
        if (affiliation == Affiliation.OUTCAST) return Muc.error(FORBIDDEN, "You are banned from this room.");
        boolean inside = affiliation.isAtLeast(Affiliation.MEMBER)
                || !room.occupants.of(from).isEmpty();
        boolean open = room.configuration.is(Setting.PUBLIC)
                && !room.configuration.is(Setting.MEMBERS_ONLY)
                && !room.configuration.is(Setting.PASSWORD_PROTECTED);
        var answer = Element.build(Muc.ITEMS, "query").attribute("node", node);
        if (inside || open) {
            var present = new ArrayList<>(room.occupants.all());
            present.addAll(room.membership.absent());
            for (var occupant : present) {
                boolean shown = room.configuration.shows(occupant.role) || occupant.account.equals(from.bare());
                if (!shown) continue;
                answer.child(
                        "item",
                        item -> item.attribute(
                                "jid", room.address(occupant.nick).toString()));
            }
        }
        room.home.send(iq.result(answer.build()));
        return null;
    }

    /// XEP-0050 §2.2: those that are for who asks.
    private @Nullable StanzaError commands(Stanza iq, Jid from) {
        var answer = Element.build(Muc.ITEMS, "query").attribute("node", HatCommands.NAMESPACE);
        for (var work : HatCommands.Work.values()) {
            if (!commands.may(from, work)) continue;
            answer.child("item", item -> item.attribute("jid", room.jid.toString())
                    .attribute("node", work.node)
                    .attribute("name", work.title));
        }
        room.home.send(iq.result(answer.build()));
        return null;
    }
}
