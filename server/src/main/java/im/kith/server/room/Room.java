package im.kith.server.room;

import im.kith.server.account.Home;
import im.kith.server.account.Tenant;
import im.kith.server.feature.Shelf;
import im.kith.store.Entry;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// One group at `name@groups.<domain>` (XEP-0045): what it is ([Configuration], [Affiliations], [Subject],
/// [History], [Picture]) and who is in it ([Occupants]); one class per use case works on that.
///
/// It exists from when the first one enters until the last one leaves, or, if persistent, until an owner destroys
/// it. What it is stands on its shelves, and what was said in its log. Who is present is in memory only, so after a
/// crash of the process all have to enter again (XEP-0410 tells them); what they had said before is said
/// nevertheless ([Occupants#former]), and a room that is not persistent waits an hour for somebody to come back.
/// Between its creation and the owner's first word on its configuration it is locked.
///
/// Single-threaded; clock and secrets come from its [Home].
final class Room implements Tenant {

    static final String SHELF = "room";
    private static final String CONFIGURATION = "configuration";
    private static final String SECRET = "secret";
    private static final String LOCKED = "locked";
    private static final String ENDING = "ending";
    private static final long WAITS_MILLIS = 60 * 60 * 1000L;

    final Home home;
    final Jid jid;
    Configuration configuration = Configuration.INITIAL;
    final Affiliations affiliations;
    final Occupants occupants;
    final History history;
    final Subject subject;
    final Picture picture;
    final InviteLinks links;
    final Approvals approvals;
    final Hats hats;
    final Community community;
    final Belonging belonging = new Belonging(this);
    final Membership membership = new Membership(this);

    final Presences presences = new Presences(this);
    final Entering entering = new Entering(this);
    final Leaving leaving = new Leaving(this);
    private final Speaking speaking = new Speaking(this);
    private final Requests requests = new Requests(this);
    private final Relay relay = new Relay(this);

    private boolean exists;
    /// Its end is told to its members, who still get it.
    private boolean ending;
    private boolean locked;
    private byte[] secret = {};

    Room(Home home) {
        this.home = home;
        this.jid = home.jid();
        this.occupants = new Occupants(home.shelf(Occupants.SHELF));
        this.affiliations = new Affiliations(home.shelf(Affiliations.SHELF), membership);
        this.history = new History(home);
        this.subject = new Subject(shelf(), jid);
        this.picture = new Picture(this);
        this.links = new InviteLinks(this, home.shelf(InviteLinks.SHELF));
        this.community = new Community(this, home.shelf(Community.SHELF));
        this.hats = new Hats(home.shelf(Hats.SHELF));
        this.approvals = new Approvals(this, home.shelf(Approvals.SHELF));
    }

    Shelf shelf() {
        return home.shelf(SHELF);
    }

    @Override
    public void awake(List<Entry> newest) {
        var row = shelf().get(CONFIGURATION);
        if (row == null) return;
        exists = shelf().get(ENDING) == null;
        ending = !exists;
        locked = shelf().get(LOCKED) != null;
        configuration = Objects.requireNonNull(Configuration.INITIAL.with(form(row)), "a configuration is damaged");
        secret = Objects.requireNonNull(shelf().get(SECRET), "a room without secret");
        affiliations.load();
        subject.load();
        picture.load();
        history.load(newest);
        membership.load(newest);
        if (ending) {
            home.after(WAITS_MILLIS, this::clear);
            return;
        }
        if (!occupants.hasFormer() && !locked && isLasting()) return;
        home.after(WAITS_MILLIS, () -> {
            occupants.forgetFormer();
            changed();
        });
    }

    private DataForm form(byte[] row) {
        try {
            return Objects.requireNonNull(DataForm.parse(XmlReader.parseDocument(row, XmlReader.Limits.OWN)));
        } catch (XmlException damaged) {
            throw new IllegalStateException("the configuration of " + jid + " is damaged", damaged);
        }
    }

    @Override
    public boolean isNeeded() {
        return !occupants.isEmpty() || occupants.hasFormer() || locked || ending;
    }

    /// §11.2: who has a device that comes back by XEP-0198 knows that it has to enter again.
    @Override
    public void ending() {
        for (var occupant : occupants.all()) presences.toSelf(occupant, Notice.gone(affiliationOf(occupant), 332));
    }

    @Override
    public void dropped() {
        for (var occupant : occupants.all()) presences.toSelf(occupant, Notice.gone(affiliationOf(occupant), 333));
    }

    // ---- what arrives ----------------------------------------------------------------------------------------------

    @Override
    public void arrivedAgain(Stanza stanza) {
        var from = stanza.from();
        if (from == null || !stanza.isMessage() || !home.isAccount(from)) {
            arrived(stanza);
            return;
        }
        membership.begin(from);
        var error = speaking.arrivedAgain(stanza, from);
        if (error != null) home.refuse(stanza, error);
        membership.tell();
    }

    @Override
    public void arrived(Stanza stanza) {
        var from = stanza.from();
        if (from == null) return;
        if (!home.isAccount(from)) {
            ofRoom(stanza, from);
            return;
        }
        membership.begin(from);
        var error =
                switch (stanza.kind()) {
                    case PRESENCE -> presence(stanza, from);
                    case MESSAGE -> speaking.arrived(stanza, from);
                    case IQ -> iq(stanza, from);
                };
        if (error != null) home.refuse(stanza, error);
        membership.tell();
    }

    /// Another room says something of a community.
    private void ofRoom(Stanza stanza, Jid from) {
        boolean room = from.domain().equals(jid.domain()) && from.local() != null && from.isBare();
        var said = stanza.isMessage() && room ? stanza.element().firstChild() : null;
        if (said == null || !said.namespace().equals(Community.NAMESPACE)) return;
        membership.begin(null);
        if (Community.SAID.contains(said.name())) community.heard(from, said);
        else belonging.heard(from, said);
        membership.tell();
    }

    private @Nullable StanzaError presence(Stanza presence, Jid device) {
        var occupant = occupants.at(device);
        switch (presence.type()) {
            case "available" -> {
                return entering.arrived(presence, device);
            }
            case "unavailable" -> {
                if (occupant != null) leaving.leave(occupant, device, presence.element());
            }
            case "error" -> {
                if (occupant != null) leaving.lost(occupant, device);
            }
            // Nobody subscribes to a room.
            default -> {}
        }
        return null;
    }

    private @Nullable StanzaError iq(Stanza iq, Jid from) {
        var to = Objects.requireNonNull(iq.to());
        if (to.isFull()) return relay.arrived(iq, from, Objects.requireNonNull(to.resource()));
        if (!iq.isRequest()) return null;
        var payload = Objects.requireNonNull(iq.payload());
        if (payload.is(Membership.NAMESPACE, "create") && iq.type().equals("set")) {
            return new Creation(this).arrived(iq, from, payload);
        }
        if (!exists) return Muc.error(Condition.ITEM_NOT_FOUND, "There is no such room.");
        return requests.arrived(iq, from, payload);
    }

    @Override
    public void returned(Stanza error) {
        speaking.returned(error);
    }

    @Override
    public void expired(long upTo) {
        history.expired(upTo);
    }

    @Override
    public List<Jid> recipients(Entry entry, Stanza stanza) {
        return membership.recipients(entry, stanza);
    }

    @Override
    public boolean isFor(Jid member, Entry entry, Stanza stanza) {
        return membership.isFor(member, entry, stanza);
    }

    @Override
    public void parted(Jid account, boolean declined) {
        if (!exists || !membership.has(account)) return;
        membership.begin(account);
        new Resignation(this).of(account);
        membership.tell();
    }

    // ---- its life --------------------------------------------------------------------------------------------------

    boolean exists() {
        return exists;
    }

    boolean isEnding() {
        return ending;
    }

    boolean isLocked() {
        return locked;
    }

    /// The first one enters (§10.1): locked until its owner says how it is to be.
    void create(Jid owner) {
        locked = true;
        found(Configuration.INSTANT, owner);
        shelf().put(LOCKED, new byte[] {1});
    }

    /// It begins to exist.
    void found(Configuration how, Jid owner) {
        home.clear();
        exists = true;
        secret = home.secret().getBytes(StandardCharsets.UTF_8);
        shelf().put(SECRET, secret);
        configure(how);
        affiliations.set(owner, Affiliation.OWNER, null);
    }

    void unlock() {
        locked = false;
        shelf().remove(LOCKED);
        changed();
    }

    /// Takes over the configuration.
    void configure(Configuration now) {
        configuration = now;
        shelf().put(CONFIGURATION, XmlWriter.toBytes(now.submission().toElement(), ""));
    }

    /// Somebody came or went, or the configuration is another: an empty room that is not persistent ends, and the
    /// list of rooms is told.
    void changed() {
        if (!exists) return;
        if (occupants.isEmpty() && !occupants.hasFormer() && (locked || !isLasting())) {
            end();
            return;
        }
        shown();
    }

    private boolean isLasting() {
        return configuration.is(Setting.PERSISTENT) || membership.isOn();
    }

    /// A group ends: it is gone for all, and forgotten once its members have been told.
    void dissolve(Jid by) {
        var event = Element.build(Membership.NAMESPACE, "event")
                .attribute("kind", "destroyed")
                .attribute("by", by.bare().toString())
                .build();
        fades();
        var told = Stanza.of(Kind.MESSAGE, jid, null, Muc.stanza("message", "groupchat", event));
        history.append(told, Membership.EVENT, membership.all(), by, this::clear);
    }

    /// It is gone for all; what it was is needed until its members have been told.
    void fades() {
        exists = false;
        ending = true;
        shelf().put(ENDING, new byte[] {1});
        community.ends();
        belonging.ends();
        home.send(Listing.GONE.stanza(jid));
    }

    /// All of it goes.
    void end() {
        exists = false;
        locked = false;
        home.send(Listing.GONE.stanza(jid));
        clear();
    }

    void clear() {
        ending = false;
        membership.clear();
        home.clear();
        affiliations.clear();
        subject.clear();
        picture.clear();
        history.clear();
        configuration = Configuration.INITIAL;
    }

    /// §9.3: tells somebody who was made a member.
    void invite(Jid person, Jid from, @Nullable String reason) {
        speaking.invitations.send(person, from, reason, null);
    }

    // ---- small things that all need --------------------------------------------------------------------------------

    Affiliation affiliationOf(Occupant occupant) {
        return affiliations.of(occupant.account);
    }

    /// The occupant's address in the room; its nickname was a resource before.
    Jid address(String nick) {
        return Objects.requireNonNull(jid.withResource(nick), nick);
    }

    /// XEP-0421 §3.1: the same for an account as long as the room exists, and telling nothing about it.
    String occupantId(Jid account) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            var code = mac.doFinal(account.bare().toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(code, 0, 20);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Something happened to the room itself: kept, and told to all who are in it. Of type `groupchat`, from the
    /// room.
    void announce(Element child, boolean kept) {
        var message = Stanza.of(Kind.MESSAGE, jid, null, Muc.stanza("message", "groupchat", child));
        if (kept) tell(message, false, null);
        else home.broadcast(message, occupants.devices());
    }

    /// Tells all who are in the room, and the members of a group, what is kept.
    void tell(Stanza message, boolean shown, @Nullable Jid author) {
        boolean group = membership.isOn();
        var entry = group ? history.append(message, shown, membership.all(), author) : history.append(message, shown);
        home.broadcast(message, entry, occupants.devices(), group);
    }

    /// The same for what is not kept.
    void murmur(Stanza message) {
        if (membership.isOn()) {
            home.murmur(message, membership.all());
            home.broadcastBeside(message, occupants.devices());
        } else {
            home.broadcast(message, occupants.devices());
        }
    }

    /// What is listed of it may be another by now.
    void shown() {
        if (exists && !locked) home.send(Listing.of(this).stanza(jid));
    }
}
