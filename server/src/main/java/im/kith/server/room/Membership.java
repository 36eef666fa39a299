package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.CONFLICT;

import im.kith.store.Entry;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What makes a room a group (docs/protocol/groups.md): who is a member is in it, present or not. Members speak
/// without having entered, all that is said goes into their inboxes, and what happens to the group is told as
/// events.
///
/// What one request changes is told by one message, once the request is done with ([#tell]); it goes to those who are
/// members then, and to those who were until then.
final class Membership implements Affiliations.Watcher {

    static final String NAMESPACE = "urn:kith:groups:0";
    static final String LASTING = NAMESPACE + "#lasting";
    static final int LIMIT = 1024;
    /// The key of entries that are events.
    static final long EVENT = 2;

    static final StanzaError FULL =
            Muc.error(StanzaError.Condition.RESOURCE_CONSTRAINT, "A group takes " + LIMIT + " members.");

    private final Room room;
    /// Made anew after a change, so that the same list holds the same.
    private @Nullable List<Jid> all;
    /// When members who have not entered spoke last, for slow mode.
    private final Map<Jid, Long> spokeMillis = new HashMap<>(2);
    private final Departed departed = new Departed();
    private final Telling telling;

    // Of the request under way: who asked, what happened to the group, and what people were before it.
    private @Nullable Jid actor;
    private final List<Element> happened = new ArrayList<>(2);
    private final Map<Jid, Affiliations.Entry> before = new LinkedHashMap<>(2);
    private boolean begins;

    Membership(Room room) {
        this.room = room;
        this.telling = new Telling(room, departed);
    }

    /// Whether the room is a group.
    boolean isOn() {
        return room.configuration.is(Setting.LASTING);
    }

    /// The members, whatever their affiliation.
    List<Jid> all() {
        var known = all;
        if (known == null) {
            known = room.affiliations.members();
            all = known;
        }
        return known;
    }

    boolean has(Jid person) {
        return isOn() && room.affiliations.of(person).isAtLeast(Affiliation.MEMBER);
    }

    int size() {
        return all().size();
    }

    boolean hasRoomFor(int more) {
        return !isOn() || all().size() + more <= (room.community.isOne() ? Affiliations.LIMIT : LIMIT);
    }

    // ---- what members may ------------------------------------------------------------------------------------------

    boolean mayEdit(Jid person) {
        var affiliation = room.affiliations.of(person);
        return isOn() && (affiliation.isAtLeast(Affiliation.ADMIN) || (has(person) && isForMembers(Setting.EDIT)));
    }

    boolean mayAdd(Jid person) {
        var affiliation = room.affiliations.of(person);
        return isOn()
                && (affiliation.isAtLeast(Affiliation.ADMIN)
                        || (has(person) && room.configuration.is(Setting.ALLOW_INVITES)));
    }

    private boolean isForMembers(Setting setting) {
        return room.configuration.text(setting).equals("members");
    }

    /// The role of who has this affiliation, as long as nobody gives another one.
    Role roleOf(Affiliation affiliation) {
        if (isOn() && affiliation == Affiliation.MEMBER && !isForMembers(Setting.POST)) return Role.VISITOR;
        return affiliation.entersAs(room.configuration.is(Setting.MODERATED));
    }

    /// Who sees entries of the log only from some number on: the one before it, else 0.
    long hiddenUpTo(Jid person) {
        if (!has(person) || !room.configuration.text(Setting.SEEN).equals("joined")) return 0;
        return Math.max(0, room.affiliations.entry(person).since() - 1);
    }

    /// The member as an occupant, though it may not have entered; null if it is no member.
    @Nullable
    Occupant speaker(Jid device) {
        if (!has(device)) return null;
        var entry = room.affiliations.entry(device);
        var nick = entry.nick();
        if (nick == null) return null;
        var occupant = new Occupant(nick, device, room.occupantId(device.bare()), roleOf(entry.affiliation()));
        occupant.spokeMillis = spokeMillis.getOrDefault(occupant.account, 0L);
        return occupant;
    }

    void spoke(Occupant occupant) {
        if (isOn() && occupant.spokeMillis != 0) spokeMillis.put(occupant.account, occupant.spokeMillis);
    }

    /// A member who is not present, as MUC clients see it.
    @Nullable
    Occupant absent(Jid member) {
        var occupant = speaker(member);
        if (occupant == null) return null;
        occupant.shows(
                member,
                Element.build(Stanza.CLIENT, "presence").child("show", "xa").build());
        return occupant;
    }

    /// Members who are not present, as far as others see them: in the announcement channel of a community nobody
    /// does.
    List<Occupant> absent() {
        var found = new ArrayList<Occupant>();
        if (!isOn() || room.community.isOne()) return found;
        for (var member : all()) {
            var occupant = room.occupants.of(member).isEmpty() ? absent(member) : null;
            if (occupant != null) found.add(occupant);
        }
        return found;
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /// A request of this person begins, or what its account makes happen.
    void begin(@Nullable Jid person) {
        actor = person == null ? null : person.bare();
    }

    /// Something happened to the group itself.
    void happened(String kind, String name, @Nullable String value) {
        if (!isOn()) return;
        happened.add(event(kind).attribute(name, value).build());
        if (kind.equals("name") && value != null) room.belonging.renamed(value);
    }

    /// A setting of the group has another value.
    void changed(String var, String value) {
        if (isOn())
            happened.add(event("setting")
                    .attribute("var", var)
                    .attribute("value", value)
                    .build());
    }

    /// Somebody wears other hats than before.
    void hatted(Jid person) {
        if (!has(person)) return;
        happened.add(event("hats")
                .attribute("jid", person.toString())
                .child(Hats.element(room.hats.of(person)))
                .build());
        show(person, room.affiliations.entry(person));
    }

    private Element.Builder event(String kind) {
        return Element.build(NAMESPACE, "event")
                .attribute("kind", kind)
                .attribute("by", actor == null ? null : actor.toString());
    }

    @Override
    public void changes(Jid person, Affiliations.Entry from) {
        all = null;
        if (isOn() && person.local() != null) before.putIfAbsent(person, from);
    }

    /// The room becomes a group: who is a member is told so. What they have seen stays to be seen.
    void begins() {
        begins = true;
        all = null;
        for (var person : all()) before.putIfAbsent(person, Affiliations.Entry.NONE);
    }

    /// Tells what happened since [#begin].
    void tell() {
        tell(() -> {});
    }

    /// The same; `told` runs once all that it concerns have it.
    void tell(Runnable told) {
        if (happened.isEmpty() && before.isEmpty()) return;
        var changed = new LinkedHashMap<>(before);
        before.clear();
        all = null;
        var events = new ArrayList<>(happened);
        happened.clear();
        var parting = new ArrayList<Jid>();
        var joining = new ArrayList<Jid>();
        changed.forEach((person, old) -> {
            var now = room.affiliations.entry(person);
            boolean was = old.affiliation().isAtLeast(Affiliation.MEMBER);
            boolean is = now.affiliation().isAtLeast(Affiliation.MEMBER);
            if (is) name(person);
            if (is && !was) joining.add(person);
            if (was && !is) parting.add(person);
            eventOf(person, old, was, is, events);
        });
        before.clear();
        all = null;
        if (events.isEmpty()) return;
        telling.tell(new Telling.Happening(events, joining, parting, actor, begins, told));
        begins = false;
        changed.forEach(this::show);
    }

    private void eventOf(Jid person, Affiliations.Entry old, boolean was, boolean is, List<Element> events) {
        var now = room.affiliations.entry(person);
        if (!was && !is) return;
        if (!is) {
            events.add(event(person.equals(actor) ? "left" : "removed")
                    .attribute("jid", person.toString())
                    .build());
            return;
        }
        if (!was) {
            events.add(event("added")
                    .attribute("jid", person.toString())
                    .attribute("nick", now.nick())
                    .attribute("affiliation", now.affiliation().label())
                    .attribute("name", room.configuration.text(Setting.NAME))
                    .attribute("picture", room.picture.hash())
                    .build());
            return;
        }
        if (now.affiliation() != old.affiliation()) {
            events.add(event("affiliation")
                    .attribute("jid", person.toString())
                    .attribute("affiliation", now.affiliation().label())
                    .build());
        }
        if (!Objects.equals(now.nick(), old.nick())) {
            events.add(event("nick")
                    .attribute("jid", person.toString())
                    .attribute("nick", now.nick())
                    .build());
        }
    }

    /// Shows a change of who is not present to those who are.
    private void show(Jid person, Affiliations.Entry old) {
        if (!room.occupants.of(person).isEmpty() || room.occupants.isEmpty() || room.community.isOne()) return;
        var now = room.affiliations.entry(person);
        var then = old.nick();
        var affiliation = now.affiliation();
        if (then != null && !then.equals(now.nick()) && room.occupants.named(then) == null) {
            var gone = new Occupant(then, person, room.occupantId(person), Role.NONE);
            room.presences.toOthers(gone, Notice.gone(affiliation, 321));
        }
        var absent = absent(person);
        if (absent != null) room.presences.toOthers(absent, Notice.present(absent.role, affiliation));
    }

    // ---- nicknames -------------------------------------------------------------------------------------------------

    /// Every member has a nickname of its own.
    private void name(Jid person) {
        var nick = room.affiliations.nickOf(person);
        if (nick != null && person.equals(room.affiliations.holderOf(nick))) return;
        var wanted = Objects.requireNonNull(person.local());
        var free = wanted;
        for (int i = 2; room.entering.isTaken(free, person); i++) free = wanted + " " + i;
        room.affiliations.reserve(person, free);
    }

    /// The room is gone with all that was known of it.
    void clear() {
        all = null;
        spokeMillis.clear();
        departed.clear();
        happened.clear();
        before.clear();
        begins = false;
    }

    /// Whether the person may know what the group is: everybody, unless it is hidden and for members only.
    boolean shows(Jid person) {
        return !isOn()
                || has(person)
                || room.configuration.is(Setting.PUBLIC)
                || !room.configuration.is(Setting.MEMBERS_ONLY);
    }

    // ---- after a crash ---------------------------------------------------------------------------------------------

    void load(List<Entry> newest) {
        departed.load(newest);
    }

    /// Into whose inboxes an entry was to go.
    List<Jid> recipients(Entry entry, Stanza stanza) {
        var only = entry.key() == EVENT && room.community.isOne() ? Telling.onlyFor(stanza.element()) : null;
        if (only != null) return List.of(only);
        var people = new ArrayList<Jid>();
        for (var member : all()) if (room.affiliations.entry(member).since() <= entry.seq()) people.add(member);
        departed.addTo(people, entry);
        return people;
    }

    /// Whether an entry was for this member: what an announcement channel tells of people is for each alone.
    boolean isFor(Jid member, Entry entry, Stanza stanza) {
        var only = entry.key() == EVENT && room.community.isOne() ? Telling.onlyFor(stanza.element()) : null;
        return only == null || only.equals(member.bare());
    }

    // ---- what others refuse for it ---------------------------------------------------------------------------------

    /// Why the room can't be set up like this, or null.
    @Nullable
    StanzaError refusal(Configuration now) {
        boolean will = now.is(Setting.LASTING);
        if (isOn() && !will) return Muc.error(CONFLICT, "A group stays one; destroy it, or leave.");
        if (room.community.isOne() && !now.is(Setting.ANNOUNCES)) {
            return Muc.error(CONFLICT, "An announcement channel stays one; destroy it.");
        }
        if (now.is(Setting.ANNOUNCES) && !(will && now.is(Setting.MEMBERS_ONLY) && !now.isNonAnonymous())) {
            return Muc.error(CONFLICT, "An announcement channel is a members-only group that shows no addresses.");
        }
        return will && !now.is(Setting.ANNOUNCES) && room.affiliations.members().size() > LIMIT ? FULL : null;
    }
}
