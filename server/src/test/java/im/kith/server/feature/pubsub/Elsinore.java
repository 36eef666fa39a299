package im.kith.server.feature.pubsub;

import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Xml.xml;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/// The stage for XEP-0060 request by request: a service where Hamlet has the node `n`, and what is said there in few
/// words.
abstract class Elsinore {

    static final String HAMLET = "hamlet@kith.test/elsinore";
    static final String FRANCISCO = "francisco@kith.test/barracks";
    static final String BERNARDO = "bernardo@kith.test/platform";

    final FakeHost host = new FakeHost();

    @BeforeEach
    void hamlet_has_a_node() {
        set(HAMLET, "<create node='n'/>");
    }

    String set(String from, String request) {
        return said(host.ask(from, "set", pubsub("", request)));
    }

    String get(String from, String request) {
        return said(host.ask(from, "get", pubsub("", request)));
    }

    String ownerSet(String from, String request) {
        return said(host.ask(from, "set", pubsub("#owner", request)));
    }

    String ownerGet(String from, String request) {
        return said(host.ask(from, "get", pubsub("#owner", request)));
    }

    static Element pubsub(String part, String request) {
        return xml("<pubsub xmlns='http://jabber.org/protocol/pubsub" + part + "'>" + request + "</pubsub>");
    }

    /// `ok`, the result's children, or the error as `type condition own-condition`.
    static String said(Element iq) {
        var error = iq.child(Stanza.CLIENT, "error");
        if (error != null) {
            var words = Stream.concat(
                    Stream.of(error.attribute("type", "")),
                    error.children().stream()
                            .filter(child -> !child.name().equals("text"))
                            .map(child -> child.name()
                                    + child.attribute("feature", "").transform(f -> f.isEmpty() ? "" : "=" + f)));
            return String.join(" ", words.toList());
        }
        var pubsub = iq.firstChild();
        return pubsub == null
                ? "ok"
                : String.join(
                                "",
                                pubsub.children().stream()
                                        .map(Element::toString)
                                        .toList())
                        .replaceAll(" xmlns=['\"]http://jabber.org/protocol/pubsub(#owner)?['\"]", "")
                        .replace('"', '\'');
    }

    String config(String fields) {
        return ownerSet(HAMLET, "<configure node='n'>" + form("node_config", fields) + "</configure>");
    }

    DataForm configuration(String node) {
        var answer = host.ask(HAMLET, "get", pubsub("#owner", "<configure node='" + node + "'/>"));
        var x = Objects.requireNonNull(
                        Objects.requireNonNull(answer.firstChild()).firstChild())
                .firstChild();
        return Objects.requireNonNull(DataForm.parse(Objects.requireNonNull(x)));
    }

    static String form(String type, String fields) {
        var form = new StringBuilder("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>"
                + "<value>http://jabber.org/protocol/pubsub#" + type + "</value></field>");
        for (var field : fields.split(" ")) {
            var parts = field.split("=", 2);
            form.append("<field var='pubsub#")
                    .append(parts[0])
                    .append("'><value>")
                    .append(parts[1])
                    .append("</value></field>");
        }
        return form.append("</x>").toString();
    }

    String publish(String from, String id) {
        return set(from, "<publish node='n'><item id='" + id + "'><e xmlns='x'/></item></publish>");
    }

    String subscribe(String who) {
        return set(who, "<subscribe node='n' jid='" + jid(who).bare() + "'/>");
    }

    void affiliate(String who, String affiliation) {
        ownerSet(
                HAMLET,
                "<affiliations node='n'><affiliation jid='" + jid(who).bare() + "' affiliation='" + affiliation
                        + "'/></affiliations>");
    }

    /// The owner's answer to the request of this person.
    void answer(String owner, String who, boolean allow) {
        var form = xml("<message xmlns='jabber:client'>"
                + form("subscribe_authorization", "node=n subscriber_jid=" + jid(who).bare() + " allow=" + allow)
                + "</message>");
        new Requests(host).message(Stanza.of(Stanza.Kind.MESSAGE, jid(owner), host.jid(), form));
    }

    static Element event(String what) {
        return xml("<event xmlns='http://jabber.org/protocol/pubsub#event'>" + what + "</event>");
    }

    /// Whom the node told what since the last time it was looked.
    List<String> told() {
        return host.told().stream().map(line -> line.replace('"', '\'')).toList();
    }
}
