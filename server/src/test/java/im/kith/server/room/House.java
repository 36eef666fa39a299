package im.kith.server.room;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.server.feature.Manifest;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The stage for plays about groups whose members need not enter (docs/protocol/groups.md): a family of three, and
/// Mallory, who is none of it.
abstract class House {

    static final String GROUP = "family@groups.sim.test";
    static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

    /// Whose accounts were told that there is something to wake somebody for, and what.
    final List<String> woken = new ArrayList<>();

    final Village village = new Village(
            List.of(() -> Manifest.of("bell")
                    .noticing((message, owner) -> woken.add(
                            owner.jid().local() + " " + message.element().childText(Stanza.CLIENT, "body")))
                    .build()),
            new Rooms());
    final Phone alice = village.member("alice", "phone");
    final Phone bob = village.member("bob", "phone");
    final Phone carol = village.member("carol", "phone");
    final Phone mallory = village.member("mallory", "phone");

    void family(String more) {
        alice.sends("<iq type='set' id='c' to='" + GROUP + "'><create xmlns='urn:kith:groups:0'><name>Family</name>"
                + "<member jid='bob@sim.test'/><member jid='carol@sim.test' nick='Caro'/>" + more + "</create></iq>");
    }

    void quietFamily() {
        quietFamily("");
    }

    void quietFamily(String settings) {
        family(
                settings.isEmpty()
                        ? ""
                        : "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                                + "<value>http://jabber.org/protocol/muc#roomconfig</value></field>" + settings
                                + "</x>");
        quiet();
    }

    static String field(String name, String value) {
        return "<field var='" + name + "'><value>" + value + "</value></field>";
    }

    void quiet() {
        for (var phone : List.of(alice, bob, carol, mallory)) phone.takes();
    }

    static void says(Phone phone, String body) {
        phone.sends("<message to='" + GROUP + "' type='groupchat' id='m'><body>" + body + "</body></message>");
    }

    static void set(Phone phone, String payload) {
        phone.sends("<iq type='set' id='s' to='" + GROUP + "'>" + payload + "</iq>");
    }

    static void admin(Phone phone, String items) {
        set(phone, "<query xmlns='http://jabber.org/protocol/muc#admin'>" + items + "</query>");
    }

    static void configure(Phone phone, String fields) {
        set(
                phone,
                "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>" + fields
                        + "</x></query>");
    }

    /// What came from the group, in few words: results (which may be overtaken), bodies with who said it, events,
    /// errors.
    static List<String> heard(Phone phone) {
        var words = new ArrayList<String>();
        for (var stanza : phone.takes()) {
            var error = stanza.child(Stanza.CLIENT, "error");
            if (error != null)
                words.add(Objects.requireNonNull(error.firstChild()).name());
            else if (stanza.name().equals("iq")) words.addFirst(stanza.attribute("type", ""));
            else if (stanza.name().equals("message") && "groupchat".equals(stanza.attribute("type")))
                said(stanza, words);
        }
        return words;
    }

    static void said(Element message, List<String> words) {
        var from = message.attribute("from", "");
        var body = message.childText(Stanza.CLIENT, "body");
        if (body != null) words.add(from.substring(from.indexOf('/') + 1) + ": " + body);
        var subject = message.childText(Stanza.CLIENT, "subject");
        if (subject != null && !subject.isEmpty()) words.add("subject " + subject);
        for (var child : message.children()) {
            if (!child.is(Membership.NAMESPACE, "event")) continue;
            var word = new StringBuilder(child.attribute("kind", "?"));
            for (var attribute : List.of("jid", "nick", "affiliation", "value", "hash", "var")) {
                var value = child.attribute(attribute);
                if (value != null) word.append(' ').append(value.replace("@sim.test", ""));
            }
            words.add(word.toString());
        }
    }

    static String groups(Phone phone) {
        phone.takes();
        phone.sends("<iq type='get' id='g'><groups xmlns='urn:kith:groups:0'/></iq>");
        var list = Objects.requireNonNull(phone.gets().firstChild());
        var words = new ArrayList<String>();
        for (var group : list.children()) {
            words.add(group.attribute("jid") + " " + group.attribute("name") + " " + group.attribute("nick") + " "
                    + group.attribute("affiliation"));
        }
        return String.join(", ", words);
    }

    static List<String> archive(Phone phone) {
        phone.takes();
        phone.sends("<iq type='set' id='a' to='" + GROUP + "'><query xmlns='urn:xmpp:mam:2'/></iq>");
        var words = new ArrayList<String>();
        for (var stanza : phone.takes()) {
            var result = stanza.child("urn:xmpp:mam:2", "result");
            if (result == null) continue;
            var forwarded = Objects.requireNonNull(result.firstChild());
            var message = Objects.requireNonNull(forwarded.child(Stanza.CLIENT, "message"));
            if (message.child(Stanza.CLIENT, "body") != null) said(message, words);
        }
        return words;
    }

    static String heardError(Phone phone) {
        var got = phone.takes(stanza -> stanza.child(Stanza.CLIENT, "error") != null)
                .getFirst();
        var error = Objects.requireNonNull(got.child(Stanza.CLIENT, "error"));
        return error.attribute("type") + " "
                + Objects.requireNonNull(error.firstChild()).name();
    }
}
