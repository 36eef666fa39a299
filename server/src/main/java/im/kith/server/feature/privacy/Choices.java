package im.kith.server.feature.privacy;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Privacy;
import im.kith.server.feature.Privacy.Thing;
import im.kith.server.feature.Privacy.Who;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who sees what of an account (docs/protocol/privacy.md): its devices read and choose. What passes then is
/// [Curtain]'s to say, and [Privacy]'s where there is something to ask for.
///
/// A choice holds from the moment it is answered: who may not see the account's presence any more is told that it has
/// gone, who may again is shown it.
///
/// Errors: `bad-request`, `jid-malformed`, `policy-violation` for too long a list.
public final class Choices implements Feature {

    static final int MOST_LISTED = 1000;

    private static final String NAMESPACE = "urn:kith:privacy:0";
    private static final String TOPIC = "privacy";
    private static final Tag PRIVACY = new Tag(NAMESPACE, "privacy");

    private static final StanzaError NOTHING = StanzaError.of(BAD_REQUEST, "Say what to show to whom.");
    private static final StanzaError NO_THING =
            StanzaError.of(BAD_REQUEST, "what is last-seen, online, about, photo, receipts, groups-add or status.");
    private static final StanzaError NO_CHOICE =
            StanzaError.of(BAD_REQUEST, "who is everyone (not for status), contacts, contacts-except, only or nobody.");
    private static final StanzaError NO_LIST =
            StanzaError.of(BAD_REQUEST, "Only contacts-except and only have a list of contacts.");
    private static final StanzaError NO_ADDRESS = StanzaError.of(JID_MALFORMED, "A contact's jid is no bare address.");
    private static final StanzaError TOO_MANY =
            StanzaError.of(POLICY_VIOLATION, "At most " + MOST_LISTED + " contacts can be listed.");

    private static final Tag PHOTO = new Tag("vcard-temp:x:update", "x");
    private static final Element NO_PHOTO = Element.build(PHOTO)
            .child(Element.empty(PHOTO.namespace(), "photo"))
            .build();

    private record Choice(Who who, Set<String> jids) {}

    @Override
    public Manifest manifest() {
        return Manifest.of("privacy")
                .advertisingAtAccount(NAMESPACE)
                .keepingHot(Privacy.SHELF)
                .answering(GET, PRIVACY, Choices::read)
                .answering(SET, PRIVACY, Choices::choose)
                .checkingOutgoing(Curtain::judgeOutgoing)
                .checkingIncoming(Curtain::judgeIncoming)
                .build();
    }

    private static Reply read(Stanza iq, Owner owner) {
        owner.interest(Objects.requireNonNull(iq.from()), TOPIC);
        return Reply.result(shown(List.of(Thing.values()), owner));
    }

    private static Element shown(Iterable<Thing> things, Owner owner) {
        var privacy = Element.build(PRIVACY);
        for (var thing : things) {
            privacy.child("show", show -> {
                show.attribute("what", thing.label())
                        .attribute("who", Privacy.who(owner, thing).label());
                for (var jid : Privacy.listed(owner, thing)) {
                    show.child("contact", contact -> contact.attribute("jid", jid));
                }
            });
        }
        return privacy.build();
    }

    private static Reply choose(Stanza iq, Owner owner) {
        var chosen = new EnumMap<Thing, Choice>(Thing.class);
        var fault = parse(Objects.requireNonNull(iq.payload()), chosen);
        if (fault != null) return Reply.error(fault);
        var before = new Sights(owner, Map.of());
        var after = new Sights(owner, chosen);
        var hidden = new ArrayList<Jid>();
        for (var contact : owner.roster()) {
            if (before.shows(Thing.ONLINE, contact) && !after.shows(Thing.ONLINE, contact)) hidden.add(contact);
        }
        // Before the choice holds it back.
        for (var contact : hidden) sayGoodbye(contact, owner);
        var changed = new Reshown(owner, before, after);
        chosen.forEach((thing, choice) -> Privacy.choose(owner, thing, choice.who, choice.jids));
        changed.tell();
        return Reply.followed(null, () -> {
            for (var contact : hidden) lose(contact, owner);
            owner.pushToDevices(
                    shown(chosen.keySet(), owner), device -> device.interests().contains(TOPIC));
        });
    }

    private static @Nullable StanzaError parse(Element privacy, Map<Thing, Choice> chosen) {
        for (var show : privacy.children()) {
            if (!show.is(NAMESPACE, "show")) continue;
            var thing = Thing.of(show.attribute("what"));
            var who = Who.of(show.attribute("who"));
            if (thing == null) return NO_THING;
            if (who == null || (thing == Thing.STATUS && who == Who.EVERYONE)) return NO_CHOICE;
            var jids = new TreeSet<String>();
            for (var child : show.children()) {
                if (!child.is(NAMESPACE, "contact")) continue;
                if (!who.lists()) return NO_LIST;
                var jid = Jid.parse(child.attribute("jid", ""));
                if (jid == null || jid.local() == null || jid.isFull()) return NO_ADDRESS;
                jids.add(jid.toString());
            }
            if (jids.size() > MOST_LISTED) return TOO_MANY;
            chosen.put(thing, new Choice(who, jids));
        }
        return chosen.isEmpty() ? NOTHING : null;
    }

    /// What somebody may see, with some choices as if they were made.
    private record Sights(Owner owner, Map<Thing, Choice> chosen) {

        boolean shows(Thing thing, Jid viewer) {
            var choice = chosen.get(thing);
            return choice == null
                    ? Privacy.shows(owner, thing, viewer)
                    : Privacy.shows(owner, viewer, choice.who, choice.jids::contains);
        }
    }

    private static void sayGoodbye(Jid contact, Owner owner) {
        if (!owner.contact(contact).subscribedFrom()) return;
        for (var device : owner.devices()) {
            if (device.available()) owner.send(presence("unavailable", device.jid(), contact));
        }
    }

    /// Who hides does not see: to the account's own devices, the contact is gone.
    private static void lose(Jid contact, Owner owner) {
        if (!owner.contact(contact).subscribedTo()) return;
        for (var device : owner.devices()) {
            if (device.available()) owner.sendToDevice(device.jid(), presence("unavailable", contact, device.jid()));
        }
    }

    private static Stanza presence(String type, Jid from, Jid to) {
        var element =
                Element.build(Stanza.CLIENT, "presence").attribute("type", type).build();
        return Stanza.of(Stanza.Kind.PRESENCE, from, to, element);
    }

    /// The contacts to whom the account's presence looks different from now on.
    private record Reshown(Owner owner, List<Jid> again, List<Jid> anew, Set<Jid> losePhoto) {

        private static final List<Thing> IN_PRESENCE = List.of(Thing.ABOUT, Thing.PHOTO, Thing.LAST_SEEN);

        Reshown(Owner owner, Sights before, Sights after) {
            this(owner, new ArrayList<>(), new ArrayList<>(), new HashSet<>());
            for (var contact : owner.roster()) {
                if (!after.shows(Thing.ONLINE, contact)) continue;
                if (before.shows(Thing.PHOTO, contact) && !after.shows(Thing.PHOTO, contact)) losePhoto.add(contact);
                if (!before.shows(Thing.ONLINE, contact)) anew.add(contact);
                else if (IN_PRESENCE.stream()
                        .anyMatch(thing -> before.shows(thing, contact) != after.shows(thing, contact))) {
                    again.add(contact);
                }
            }
        }

        void tell() {
            for (var contact : again) show(contact);
            for (var contact : anew) {
                if (show(contact) && owner.contact(contact).subscribedTo()) {
                    owner.send(presence("probe", owner.jid(), contact));
                }
            }
        }

        /// Whether there was a device to show.
        private boolean show(Jid contact) {
            boolean any = false;
            for (var device : owner.devices()) {
                var shown = device.presence();
                if (shown == null) continue;
                any = true;
                if (losePhoto.contains(contact) && shown.has(PHOTO)) {
                    shown = shown.without(child -> child.is(PHOTO)).plus(NO_PHOTO);
                }
                if (owner.contact(contact).subscribedFrom()) {
                    owner.send(Stanza.of(Stanza.Kind.PRESENCE, device.jid(), contact, shown));
                }
            }
            return any;
        }
    }
}
