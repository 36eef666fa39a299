package im.kith.server.room;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.account.Village;
import im.kith.server.account.Village.Phone;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The stage for plays about rooms: three people on a whole server in one thread, and `coven@groups.sim.test`.
abstract class Hall {

    static final String ROOM = "coven@groups.sim.test";

    final Village village = new Village(new Rooms());
    final Phone crone = village.phone("crone", "desktop");
    final Phone wiccarocks = village.phone("wiccarocks", "laptop");
    final Phone hag = village.phone("hag66", "pda");

    static String enters(String nick) {
        return "<presence to='" + ROOM + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>";
    }

    /// The crone makes the room, which others then may enter: one that shows addresses to moderators only.
    void open() {
        open("whois", "moderators");
    }

    void open(String... fields) {
        crone.sends(enters("firstwitch"));
        boolean anyone = List.of(fields).contains("whois");
        configure(anyone ? fields : with(fields, "whois", "moderators"));
        crone.takes();
    }

    private static String[] with(String[] fields, String... more) {
        return Stream.concat(Stream.of(fields), Stream.of(more)).toArray(String[]::new);
    }

    /// Fields by name (without its prefix) and value in turns.
    void configure(String... fields) {
        var form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            var name = fields[i].startsWith("muc#") ? fields[i] : "muc#roomconfig_" + fields[i];
            form.append("<field var='").append(name).append("'>");
            for (var value : fields[i + 1].split(" ")) {
                form.append("<value>").append(value).append("</value>");
            }
            form.append("</field>");
        }
        crone.sends("<iq type='set' id='configure' to='" + ROOM
                + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                + "<value>http://jabber.org/protocol/muc#roomconfig</value></field>" + form + "</x></query></iq>");
    }

    void allIn() {
        open();
        hag.sends(enters("thirdwitch"));
        wiccarocks.sends(enters("secondwitch"));
        quiet();
    }

    void quiet() {
        crone.takes();
        hag.takes();
        wiccarocks.takes();
    }

    static void says(Phone phone, String text) {
        phone.sends("<message to='" + ROOM + "' type='groupchat' id='m'><body>" + text + "</body></message>");
    }

    /// muc#admin with these items.
    static void admin(Phone phone, String items) {
        phone.sends("<iq type='set' id='admin' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                + items + "</query></iq>");
    }

    static List<Element> list(Phone phone, String item) {
        phone.takes();
        phone.sends("<iq type='get' id='list' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                + item + "</query></iq>");
        var answer = phone.gets();
        assertEquals("result", answer.attribute("type"), answer::toString);
        return Objects.requireNonNull(answer.firstChild()).children();
    }

    static void ask(Phone phone, String to, String payload) {
        phone.takes();
        phone.sends("<iq type='get' id='ask' to='" + to + "'>" + payload + "</iq>");
    }

    static Element answer(Phone phone, String to, String payload) {
        ask(phone, to, payload);
        var answer = phone.gets();
        assertEquals("result", answer.attribute("type"), answer::toString);
        return Objects.requireNonNull(answer.firstChild());
    }

    static List<String> features(Element info) {
        return info.children().stream()
                .filter(child -> child.name().equals("feature"))
                .map(child -> child.attribute("var", ""))
                .toList();
    }

    /// Presence in few words: `nick affiliation role codes`, with `gone` before it for an unavailable one.
    static String told(Element presence) {
        var from = presence.attribute("from", "");
        var x = Objects.requireNonNull(presence.child(Muc.USER, "x"), presence::toString);
        var item = Objects.requireNonNull(x.child(Muc.USER, "item"), presence::toString);
        var words = new ArrayList<String>();
        if ("unavailable".equals(presence.attribute("type"))) words.add("gone");
        words.add(from.substring(from.indexOf('/') + 1));
        words.add(item.attribute("affiliation", "?"));
        words.add(item.attribute("role", "?"));
        if (item.attribute("nick") != null) words.add("to " + item.attribute("nick"));
        if (item.attribute("jid") != null) words.add("<" + item.attribute("jid") + ">");
        for (var child : x.children()) {
            if (child.is(Muc.USER, "status")) words.add(child.attribute("code", "?"));
            if (child.is(Muc.USER, "destroy")) words.add("destroyed");
        }
        return String.join(" ", words);
    }

    static List<String> told(Phone phone) {
        return phone.takes(stanza -> stanza.name().equals("presence")).stream()
                .map(Hall::told)
                .toList();
    }

    /// Bodies, and subjects in quotes.
    static List<String> heard(Phone phone) {
        return phone.takes(stanza -> stanza.name().equals("message")).stream()
                .map(message -> {
                    var body = message.childText(Stanza.CLIENT, "body");
                    var subject = message.childText(Stanza.CLIENT, "subject");
                    return body != null ? body : "'" + subject + "'";
                })
                .toList();
    }
}
