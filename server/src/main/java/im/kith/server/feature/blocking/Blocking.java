package im.kith.server.feature.blocking;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;
import static im.kith.xmpp.StanzaError.Condition.SERVICE_UNAVAILABLE;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Shelf;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// XEP-0191: Blocking Command. A blocked address cannot reach the account, nor the account the address.
///
/// A block is of one of four forms: `user@domain/resource` and `domain/resource` mean that resource, `user@domain`
/// every resource of it, `domain` the domain and all that is in it. An account never blocks itself. To a contact who is
/// blocked, all devices go offline; when the block is lifted they come back, and the contact's presence is asked for.
/// Subscriptions stay as they are ("polite blocking"). XEP-0377: what a block says of spam and abuse goes to the
/// operator.
///
/// Errors: `bad-request` for no item or an item without address, `jid-malformed`, `policy-violation` for too many.
///
/// ```
/// hot shelf "blocked": the address as text → 1
/// ```
public final class Blocking implements Feature {

    static final int MAX_BLOCKED = 1000;

    private static final String NAMESPACE = "urn:xmpp:blocking";
    private static final String SHELF = "blocked";
    private static final String TOPIC = "blocking";
    private static final Tag LIST = new Tag(NAMESPACE, "blocklist");
    private static final Tag BLOCK = new Tag(NAMESPACE, "block");
    private static final Tag UNBLOCK = new Tag(NAMESPACE, "unblock");
    private static final byte[] PRESENT = {1};

    private static final String REPORTING = "urn:xmpp:reporting:1";
    private static final int MOST_REASON = 200;
    private static final int MOST_TEXT = 2000;
    private static final int MOST_STANZAS = 20;

    private static final Verdict UNAVAILABLE = Verdict.reject(SERVICE_UNAVAILABLE);
    private static final Verdict BLOCKED = Verdict.reject(StanzaError.of(NOT_ACCEPTABLE)
            .as(StanzaError.Type.CANCEL)
            .with(Element.empty("urn:xmpp:blocking:errors", "blocked")));

    private final Reports reports;

    public Blocking() {
        this(Reports.NONE);
    }

    public Blocking(Reports reports) {
        this.reports = reports;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("blocking")
                .implementing("XEP-0191", "1.3")
                .implementing("XEP-0377", "0.4.1", "reports are for this server's operator; none is passed on")
                .advertising(NAMESPACE)
                .advertising(REPORTING)
                .keepingHot(SHELF)
                .answering(GET, LIST, Blocking::list)
                .answering(SET, BLOCK, this::block)
                .answering(SET, UNBLOCK, Blocking::unblock)
                .checkingIncoming(Blocking::judgeIncoming)
                .checkingOutgoing(Blocking::judgeOutgoing)
                .commanding(reports.commands())
                .build();
    }

    private static Reply list(Stanza iq, Owner owner) {
        owner.interest(Objects.requireNonNull(iq.from()), TOPIC);
        return Reply.result(listing(LIST, owner.shelf(SHELF).all().keySet()));
    }

    private Reply block(Stanza iq, Owner owner) {
        var named = new LinkedHashSet<String>();
        var fault = read(iq, named);
        if (fault != null) return fault;
        if (named.isEmpty()) return Reply.error(BAD_REQUEST, "Say whom to block.");
        var shelf = owner.shelf(SHELF);
        var fresh = new ArrayList<>(named);
        fresh.removeIf(jid -> shelf.get(jid) != null);
        if (shelf.all().size() + fresh.size() > MAX_BLOCKED) {
            return Reply.error(POLICY_VIOLATION, "At most " + MAX_BLOCKED + " addresses can be blocked.");
        }
        // Before the block holds them back.
        for (var jid : fresh) sayGoodbye(jid, owner);
        for (var jid : fresh) shelf.put(jid, PRESENT);
        report(iq, owner);
        return pushed(BLOCK, named, owner);
    }

    /// XEP-0377 §4: what the items report goes to the operator.
    private void report(Stanza iq, Owner owner) {
        for (var item : Objects.requireNonNull(iq.payload()).children()) {
            var report = item.child(REPORTING, "report");
            var about = Jid.parse(item.attribute("jid", ""));
            var reason = report == null ? null : report.attribute("reason");
            if (report == null || about == null || reason == null || reason.length() > MOST_REASON) continue;
            var text = Objects.requireNonNullElse(report.childText(REPORTING, "text"), "")
                    .strip();
            var stanzas = new ArrayList<String>();
            for (var child : report.children()) {
                var id = child.is("urn:xmpp:sid:0", "stanza-id") ? child.attribute("id") : null;
                if (id != null && id.length() <= MOST_REASON && stanzas.size() < MOST_STANZAS) stanzas.add(id);
            }
            var shown = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) : text;
            reports.file(new Reports.Report(owner.jid(), about, reason, shown, stanzas));
        }
    }

    private static Reply unblock(Stanza iq, Owner owner) {
        var named = new LinkedHashSet<String>();
        var fault = read(iq, named);
        if (fault != null) return fault;
        var shelf = owner.shelf(SHELF);
        var lifted = new ArrayList<>(named.isEmpty() ? shelf.all().keySet() : named);
        lifted.removeIf(jid -> shelf.get(jid) == null);
        for (var jid : lifted) shelf.remove(jid);
        for (var jid : lifted) sayHello(jid, owner);
        return pushed(UNBLOCK, named, owner);
    }

    /// Answers the device, then tells every device that has asked for the list.
    private static Reply pushed(Tag tag, Set<String> named, Owner owner) {
        return Reply.followed(
                null,
                () -> owner.pushToDevices(
                        listing(tag, named), device -> device.interests().contains(TOPIC)));
    }

    /// Adds the addresses of the items to `jids`; answers what is wrong with them, or null.
    private static @Nullable Reply read(Stanza iq, Set<String> jids) {
        for (var item : Objects.requireNonNull(iq.payload()).children()) {
            if (!item.is(NAMESPACE, "item")) continue;
            var address = item.attribute("jid");
            if (address == null) return Reply.error(BAD_REQUEST, "An item has no jid.");
            var jid = Jid.parse(address);
            if (jid == null) return Reply.error(JID_MALFORMED, "An item's jid is not an address.");
            jids.add(jid.toString());
        }
        return null;
    }

    private static Element listing(Tag tag, Iterable<String> jids) {
        var list = Element.build(tag);
        for (var jid : jids) {
            list.child(Element.build(NAMESPACE, "item").attribute("jid", jid).build());
        }
        return list.build();
    }

    private static void sayGoodbye(String blocked, Owner owner) {
        for (var contact : subjects(blocked, owner)) {
            if (!owner.contact(contact).subscribedFrom()) continue;
            for (var device : owner.devices()) {
                if (device.available()) owner.send(presence("unavailable", device.jid(), contact));
            }
        }
    }

    private static void sayHello(String unblocked, Owner owner) {
        var shelf = owner.shelf(SHELF);
        for (var jid : subjects(unblocked, owner)) {
            if (matches(shelf, jid)) continue;
            var contact = owner.contact(jid);
            boolean anybody = false;
            for (var device : owner.devices()) {
                var shown = device.presence();
                if (shown == null) continue;
                anybody = true;
                if (contact.subscribedFrom()) {
                    owner.send(Stanza.of(Stanza.Kind.PRESENCE, device.jid(), jid, shown));
                }
            }
            if (anybody && contact.subscribedTo()) owner.send(presence("probe", owner.jid(), jid));
        }
    }

    /// Those of the roster whom a block is about, as they are addressed.
    private static List<Jid> subjects(String block, Owner owner) {
        var jid = Objects.requireNonNull(Jid.parse(block));
        if (jid.local() != null || jid.isFull()) return List.of(jid);
        var subjects = new ArrayList<Jid>();
        for (var contact : owner.roster()) {
            if (contact.domain().equals(jid.domain())) subjects.add(contact);
        }
        return subjects;
    }

    private static Stanza presence(String type, Jid from, Jid to) {
        var element =
                Element.build(Stanza.CLIENT, "presence").attribute("type", type).build();
        return Stanza.of(Stanza.Kind.PRESENCE, from, to, element);
    }

    private static Verdict judgeIncoming(Stanza stanza, Owner owner) {
        if (!blocks(stanza.from(), owner)) return Verdict.pass();
        return switch (stanza.kind()) {
            case PRESENCE -> Verdict.drop();
            case MESSAGE -> UNAVAILABLE;
            case IQ -> stanza.isRequest() ? UNAVAILABLE : Verdict.drop();
        };
    }

    private static Verdict judgeOutgoing(Stanza stanza, Owner owner) {
        if (!blocks(stanza.to(), owner)) return Verdict.pass();
        return stanza.isIq() && !stanza.isRequest() ? Verdict.drop() : BLOCKED;
    }

    private static boolean blocks(@Nullable Jid other, Owner owner) {
        if (other == null) return false;
        var shelf = owner.shelf(SHELF);
        return !shelf.all().isEmpty() && matches(shelf, other) && !owner.owns(other);
    }

    private static boolean matches(Shelf shelf, Jid jid) {
        return shelf.get(jid.domain()) != null
                || (jid.local() != null && shelf.get(jid.bare().toString()) != null)
                || (jid.isFull() && shelf.get(jid.toString()) != null);
    }
}
