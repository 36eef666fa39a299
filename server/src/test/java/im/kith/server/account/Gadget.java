package im.kith.server.account;

import im.kith.server.feature.Owner;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A device of an account of a [Town], with what it was sent and has not looked at.
final class Gadget {

    final Jid jid;
    private final Citizen owner;
    private final List<Element> inbox = new ArrayList<>();
    private final Set<String> interests = new HashSet<>();
    private @Nullable Element presence;
    private int priority;

    Gadget(Citizen owner, String resource) {
        this.owner = owner;
        jid = Objects.requireNonNull(owner.jid.withResource(resource));
    }

    Gadget sends(String xml) {
        owner.fromDevice(this, Town.stanza(xml).withFrom(jid));
        owner.town.settle();
        return this;
    }

    /// All that it was sent since the last look, in this order.
    Gadget gets(String... stanzas) {
        Town.same(jid.toString(), inbox, stanzas);
        inbox.clear();
        return this;
    }

    /// Type and condition of the errors among what it got since the last look.
    List<String> errors() {
        var errors = inbox.stream()
                .map(element -> element.child(Stanza.CLIENT, "error"))
                .filter(Objects::nonNull)
                .map(error -> error.attribute("type") + " "
                        + Objects.requireNonNull(error.firstChild()).name())
                .toList();
        inbox.clear();
        return errors;
    }

    List<Element> takes() {
        var taken = List.copyOf(inbox);
        inbox.clear();
        return taken;
    }

    void get(Element element) {
        inbox.add(element);
    }

    void shows(@Nullable Element shown, int withPriority) {
        presence = shown;
        priority = withPriority;
    }

    void interestedIn(String topic) {
        interests.add(topic);
    }

    Owner.DeviceView view() {
        return new Owner.DeviceView(jid, presence != null, priority, true, interests, 0, presence);
    }

    boolean isAvailable() {
        return presence != null;
    }

    Gadget getsNothing() {
        return gets();
    }

    Gadget ignoresWhatItGot() {
        inbox.clear();
        return this;
    }

    /// Initial presence, of no interest to the play.
    Gadget online() {
        sends("<presence/>");
        owner.town.forgets();
        return this;
    }

    /// Asks for the roster, and so for pushes.
    Gadget interested() {
        sends("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
        return ignoresWhatItGot();
    }

    void vanishes() {
        owner.presence.deviceGone(jid, owner);
        owner.gadgets.remove(this);
        owner.town.settle();
    }
}
