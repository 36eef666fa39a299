package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Features;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A few accounts in memory that exchange stanzas: the stage for plays about rosters, subscriptions and presence.
///
/// Each account is the real [Presence], [Subscriptions] and [RosterFeature] (and whatever features the town has) on a
/// fake [Self]. What an account sends is delivered once the event is over, as the real one's is once it is kept.
final class Town {

    final Features features;
    final List<Stanza> lost = new ArrayList<>();
    final List<Stanza> durable = new ArrayList<>();
    long nowMillis = 1_000;
    private final Map<Jid, Citizen> citizens = new LinkedHashMap<>();
    private final ArrayDeque<Stanza> underWay = new ArrayDeque<>();

    Town(Feature... more) {
        var all = new ArrayList<Feature>();
        all.add(new RosterFeature());
        all.addAll(Arrays.asList(more));
        features = Features.of(all);
    }

    Citizen account(String jid) {
        var citizen = new Citizen(this, jid(jid));
        citizens.put(citizen.jid, citizen);
        return citizen;
    }

    static Jid jid(String text) {
        return Objects.requireNonNull(Jid.parse(text), text);
    }

    /// The element of this XML, in `jabber:client` unless it says otherwise; white space between elements is no text.
    static Element xml(String xml) {
        var text = xml.strip().replaceAll(">\\s+<", "><").replaceFirst("^<(\\w+)", "<$1 xmlns='jabber:client'");
        try {
            return XmlReader.parseDocument(text.getBytes(StandardCharsets.UTF_8), XmlReader.Limits.DEFAULTS);
        } catch (XmlException e) {
            throw new AssertionError(xml, e);
        }
    }

    static Stanza stanza(String xml) {
        var element = xml(xml);
        var from = element.attribute("from");
        var to = element.attribute("to");
        return new Stanza(
                Objects.requireNonNull(Stanza.Kind.of(element.name())),
                from == null ? null : jid(from),
                to == null ? null : jid(to),
                element);
    }

    /// A stanza from another server, or from nobody.
    void arrives(String xml) {
        underWay.add(stanza(xml));
        settle();
    }

    void carries(Stanza stanza) {
        underWay.add(stanza);
    }

    void settle() {
        while (!underWay.isEmpty()) {
            var stanza = underWay.remove();
            var citizen = citizens.get(Objects.requireNonNull(stanza.to()).bare());
            if (citizen == null) lost.add(stanza);
            else citizen.receive(stanza);
        }
    }

    /// What went to addresses outside of the town since the last look.
    void leaves(String... stanzas) {
        same("the town", lost.stream().map(Stanza::element).toList(), stanzas);
        lost.clear();
    }

    /// What anybody has got so far is of no interest to the play.
    void forgets() {
        citizens.values().forEach(citizen -> citizen.gadgets.forEach(Gadget::ignoresWhatItGot));
        lost.clear();
    }

    static void same(String who, List<Element> got, String... wanted) {
        var expected = Arrays.stream(wanted).map(Town::xml).toList();
        if (!expected.equals(got)) assertEquals(lines(expected), lines(got), who);
    }

    static String lines(List<Element> elements) {
        return String.join("\n", elements.stream().map(Element::toString).toList());
    }
}
