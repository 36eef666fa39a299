package im.kith.server;

import im.kith.server.account.Village;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Makes stanzas that are nearly right.
final class Hostile {

    static final String GROUP = "family@groups.sim.test";
    static final String ROOM = "coven@groups.sim.test";
    static final String CHANNEL = "news@groups.sim.test";
    static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static final String DATA = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>%s</value>"
            + "</field><field var='%s'><value>%s</value></field></x>";

    final Random random;

    private static final List<String> ADDRESSES = List.of(
            GROUP,
            GROUP + "/bob",
            ROOM,
            ROOM + "/x",
            CHANNEL,
            CHANNEL + "/bob",
            "nowhere@groups.sim.test",
            "groups.sim.test",
            "groups.sim.test/x",
            "pubsub.sim.test",
            "x@pubsub.sim.test",
            "upload.sim.test",
            "sim.test",
            "sim.test/x",
            "alice@sim.test",
            "bob@sim.test",
            "nobody@sim.test",
            "elsewhere.test",
            "");

    private static final List<String> WORDS = List.of(
            "",
            " ",
            "0",
            "1",
            "-1",
            "99999999999999999999",
            "true",
            "2026-13-45T99:99:99Z",
            "NaN",
            "none",
            "owner",
            "admin",
            "member",
            "outcast",
            "moderator",
            "urn:xmpp:mam:2",
            "closed",
            "i",
            "bob",
            "a/b@c",
            "@",
            "/",
            "bob@sim.test",
            "mallory@sim.test",
            "alice@sim.test/phone",
            GROUP,
            CHANNEL,
            "0000000000000001",
            "ffffffffffffffff",
            "x".repeat(1_100),
            "\u00e9\u202e\ud83d\ude00",
            "a\tb\nc",
            "&lt;'\"");

    private static final List<String> NAMESPACES = List.of(
            "jabber:client",
            "jabber:x:data",
            "jabber:iq:register",
            "http://jabber.org/protocol/muc#admin",
            "http://jabber.org/protocol/muc#owner",
            PUBSUB,
            PUBSUB + "#owner",
            "urn:kith:groups:0",
            "x:y");

    private static final List<String> PAYLOADS = List.of(
            "<query xmlns='http://jabber.org/protocol/disco#info' node='groups'/>",
            "<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>",
            "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member' jid='bob@sim.test' nick='b'/></query>",
            "<query xmlns='http://jabber.org/protocol/muc#admin'><item role='none' nick='bob'><reason>r</reason></item></query>",
            "<query xmlns='http://jabber.org/protocol/muc#owner'/>",
            "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy jid='x@y'><reason>r</reason></destroy></query>",
            "<query xmlns='http://jabber.org/protocol/muc#owner'>" + form("", "muc#roomconfig_maxusers", "10")
                    + "</query>",
            "<query xmlns='http://jabber.org/protocol/muc#owner'>" + form("", "{urn:kith:groups:0}lasting", "1")
                    + "</query>",
            "<query xmlns='jabber:iq:register'><remove/></query>",
            "<query xmlns='jabber:iq:register'><username>x</username><password>y</password></query>",
            "<query xmlns='jabber:iq:register'>"
                    + form("http://jabber.org/protocol/muc#register", "muc#register_roomnick", "n") + "</query>",
            "<create xmlns='urn:kith:groups:0'><name>n</name><member jid='bob@sim.test' nick='b' affiliation='admin'/></create>",
            "<join xmlns='urn:kith:groups:0' token='t' nick='n'/>",
            "<requests xmlns='urn:kith:groups:0'/>",
            "<answer xmlns='urn:kith:groups:0' jid='mallory@sim.test' allow='1'/>",
            "<include xmlns='urn:kith:groups:0' group='" + GROUP + "'/>",
            "<exclude xmlns='urn:kith:groups:0' group='" + GROUP + "'/>",
            "<groups xmlns='urn:kith:groups:0'/>",
            "<enable xmlns='urn:kith:groups:0'/>",
            "<joined xmlns='urn:kith:room:community' name='n'><in jid='mallory@sim.test'/></joined>",
            "<ask xmlns='urn:kith:room:community' by='alice@sim.test'/>",
            "<room xmlns='urn:kith:room:listing' occupants='x' row='r'/>",
            "<request xmlns='urn:xmpp:muc-token-invite:0' delay='60' counter='5'/>",
            "<revoke xmlns='urn:xmpp:muc-token-invite:0' token='t'/>",
            "<moderate xmlns='urn:xmpp:message-moderate:1' id='0000000000000002'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>",
            "<vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>AAAA</BINVAL></PHOTO></vCard>",
            "<query xmlns='urn:xmpp:mam:2' queryid='q'>" + form("urn:xmpp:mam:2", "with", "bob@sim.test")
                    + "<set xmlns='http://jabber.org/protocol/rsm'><max>5</max><before/></set></query>",
            "<metadata xmlns='urn:xmpp:mam:2'/>",
            "<command xmlns='http://jabber.org/protocol/commands' node='urn:xmpp:hats:commands:create' action='execute'>"
                    + form("urn:xmpp:hats:commands", "hats#uri", "x:y") + "</command>",
            "<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#add-user' sessionid='s'/>",
            "<search xmlns='urn:xmpp:channel-search:0:search'>"
                    + form("urn:xmpp:channel-search:0:search-params", "q", "x") + "</search>",
            "<pubsub xmlns='" + PUBSUB + "'><items node='closed' max_items='3'><item id='i'/></items></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "'><items node='groups'/></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "'><publish node='n'><item id='i'><a xmlns='b'/></item></publish>"
                    + "<publish-options>"
                    + form(PUBSUB + "#publish-options", "pubsub#access_model", "open")
                    + "</publish-options></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "'><create node='n'/><configure>"
                    + form(PUBSUB + "#node_config", "pubsub#max_items", "3") + "</configure></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "'><subscribe node='closed' jid='mallory@sim.test'/><options>"
                    + form(PUBSUB + "#subscribe_options", "pubsub#deliver", "1") + "</options></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "'><unsubscribe node='closed' jid='mallory@sim.test' subid='s'/></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "'><retract node='closed' notify='1'><item id='i'/></retract></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "'><subscriptions node='closed'/></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "'><affiliations/></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "#owner'><configure node='closed'>"
                    + form(PUBSUB + "#node_config", "pubsub#access_model", "open") + "</configure></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "#owner'><affiliations node='closed'>"
                    + "<affiliation jid='mallory@sim.test' affiliation='owner'/></affiliations></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "#owner'><subscriptions node='closed'>"
                    + "<subscription jid='mallory@sim.test' subscription='subscribed'/></subscriptions></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "#owner'><delete node='closed'/></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "#owner'><purge node='closed'/></pubsub>",
            "<pubsub xmlns='" + PUBSUB + "#owner'><default/></pubsub>",
            "<request xmlns='urn:xmpp:http:upload:0' filename='a' size='10' content-type='image/png'/>",
            "<ping xmlns='urn:xmpp:ping'/>",
            "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>",
            "<query xmlns='jabber:iq:roster'><item jid='bob@sim.test' name='B'><group>g</group></item></query>",
            "<block xmlns='urn:xmpp:blocking'><item jid='bob@sim.test'/></block>",
            "<query xmlns='jabber:iq:last'/>",
            "<query xmlns='jabber:iq:version'/>");

    private static final List<String> SAID = List.of(
            "<body>hello</body>",
            "<subject>new</subject>",
            "<body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='o'/>",
            "<x xmlns='http://jabber.org/protocol/muc#user'><invite to='bob@sim.test'><reason>r</reason></invite></x>",
            "<x xmlns='http://jabber.org/protocol/muc#user'><decline to='bob@sim.test'/></x>",
            "<x xmlns='jabber:x:conference' jid='" + ROOM + "' password='p'/>",
            form("http://jabber.org/protocol/muc#request", "muc#role", "participant"),
            form("http://jabber.org/protocol/muc#register", "muc#jid", "mallory@sim.test"),
            form(PUBSUB + "#subscribe_authorization", "pubsub#allow", "true"),
            "<retract xmlns='urn:xmpp:message-retract:1' id='0000000000000002'/><body>x</body>",
            "<replace xmlns='urn:xmpp:message-correct:0' id='m'/><body>x</body>",
            "<event xmlns='urn:kith:groups:0' kind='added' jid='mallory@sim.test' affiliation='owner'/><body>x</body>",
            "<stanza-id xmlns='urn:xmpp:sid:0' by='" + GROUP + "' id='0000000000000001'/><body>x</body>",
            "<event xmlns='" + PUBSUB + "#event'><items node='closed'><item id='i'/></items></event>",
            "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
            "<joined xmlns='urn:kith:room:community' name='n'><in jid='mallory@sim.test'/></joined>",
            "<addresses xmlns='http://jabber.org/protocol/address'><address type='bcc' jid='bob@sim.test'/></addresses><body>x</body>");

    private static final List<String> SHOWN = List.of(
            "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='5' since='1970-01-01T00:00:00Z'/><password>p</password></x>",
            "<x xmlns='http://jabber.org/protocol/muc'/>",
            "<hats xmlns='urn:xmpp:hats:0'><hat title='t' uri='x:y'/></hats>",
            "<show>away</show><status>s</status><priority>300</priority>",
            "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='v'/>");

    static String form(String type, String field, String value) {
        return DATA.formatted(type.isEmpty() ? "http://jabber.org/protocol/muc#roomconfig" : type, field, value);
    }

    Hostile(long seed) {
        random = new Random(seed);
    }

    private <T> T any(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    Element stanza(String sender, int step) {
        int kind = random.nextInt(10);
        var name = kind < 6 ? "iq" : kind < 9 ? "message" : "presence";
        var types =
                switch (name) {
                    case "iq" -> List.of("get", "set", "get", "set", "result", "error");
                    case "message" -> List.of("groupchat", "chat", "normal", "headline", "error", "odd");
                    default -> List.of("", "unavailable", "subscribe", "probe", "error", "odd");
                };
        var type = any(types);
        var payload =
                switch (name) {
                    case "iq" -> any(PAYLOADS);
                    case "message" -> any(SAID);
                    default -> any(SHOWN);
                };
        var whole = Village.xml("<" + name + ">" + payload + "</" + name + ">");
        int wrongs = random.nextInt(4);
        for (int i = 0; i < wrongs; i++) whole = wrong(whole, random.nextInt(6));
        // A stanza's own frame is right, since the stream refuses others: an iq that asks has one child.
        if (name.equals("iq") && (type.equals("get") || type.equals("set"))) whole = oneChild(whole);
        var to = any(ADDRESSES);
        // Nobody is to remove its own account.
        if (payload.contains("<remove/>")) to = any(List.of(GROUP, ROOM, CHANNEL));
        if (name.equals("presence") && random.nextBoolean()) to = any(List.of(GROUP, ROOM, CHANNEL)) + "/" + sender;
        return Element.build(Stanza.CLIENT, name)
                .attribute("id", "h" + step)
                .attribute("type", type.isEmpty() ? null : type)
                .attribute("to", Jid.parse(to) == null ? null : to)
                .children(whole.children())
                .build();
    }

    private static Element oneChild(Element stanza) {
        var first = stanza.firstChild();
        var child = first == null ? Element.empty("x:y", "nothing") : first;
        return Element.build(Stanza.CLIENT, stanza.name()).child(child).build();
    }

    /// The element with one thing in it made wrong, at most so deep.
    private Element wrong(Element element, int depth) {
        int elements = element.children().size();
        if (depth > 0 && elements > 0) {
            int which = random.nextInt(elements);
            var children = new ArrayList<>(element.children());
            children.set(which, wrong(children.get(which), depth - 1));
            return rebuilt(element, element.namespace(), element.name(), children);
        }
        var children = new ArrayList<>(element.children());
        switch (random.nextInt(9)) {
            case 0 -> {
                return element.with(attribute(element), null);
            }
            case 1 -> {
                return element.with(attribute(element), any(WORDS));
            }
            case 2 -> {
                return element.with(
                        any(List.of("jid", "node", "id", "type", "nick", "affiliation", "var")), any(WORDS));
            }
            case 3 -> {
                return rebuilt(element, any(NAMESPACES), element.name(), children);
            }
            case 4 -> {
                return rebuilt(element, element.namespace(), any(List.of("x", "item", "query", "error")), children);
            }
            case 5 -> children.addAll(element.children());
            case 6 -> children.clear();
            case 7 -> {
                return Element.build(element.namespace(), element.name())
                        .text(any(WORDS))
                        .children(children)
                        .build();
            }
            default -> children.add(deep(random.nextInt(40)));
        }
        return rebuilt(element, element.namespace(), element.name(), children);
    }

    private Element deep(int levels) {
        var inner = Element.empty(any(NAMESPACES), "item");
        for (int i = 0; i < levels; i++) {
            inner = Element.build(inner.namespace(), "item").child(inner).build();
        }
        return inner;
    }

    private String attribute(Element element) {
        var names =
                List.of("node", "jid", "affiliation", "role", "nick", "type", "var", "id", "token", "group", "size");
        for (var name : names) if (element.attribute(name) != null && random.nextBoolean()) return name;
        return any(names);
    }

    private static Element rebuilt(Element element, String namespace, String name, List<Element> children) {
        var made = Element.build(namespace, name).children(children).build();
        for (var attribute :
                List.of("node", "jid", "affiliation", "role", "nick", "type", "var", "id", "token", "group")) {
            made = made.with(attribute, element.attribute(attribute));
        }
        return element.childCount() == element.children().size() || !children.isEmpty()
                ? made
                : Element.build(namespace, name).text(element.text()).build();
    }
}
