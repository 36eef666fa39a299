package im.kith.trial.play;

import im.kith.trial.wire.Node;
import im.kith.trial.wire.Xml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A whole stanza as a play writes it down, compared with one that arrived.
///
/// `*` stands for anything in an attribute or text, `{name}` for anything but nothing, remembered; a name already known
/// stands for its value. The order of child elements does not matter, their number does. A stanza's own `id`, `to`
/// and `xml:lang`, who an iq is from, the sender's `<origin-id/>` and the `<delay/>` of a presence are compared only if
/// they are written down.
final class Expectation {

    private static final Set<String> UNSPOKEN = Set.of("id", "to", "xml:lang");
    private static final Pattern HOLE = Pattern.compile("\\*|\\{(\\w+)}");

    private final Xml expected;
    private final Map<String, String> captures;

    Expectation(String expected, Map<String, String> captures) {
        this.expected = Xml.parse(expected.strip());
        this.captures = captures;
    }

    String kind() {
        return expected.name();
    }

    /// The first difference, or null when there is none; then the captures are remembered.
    @Nullable
    String differenceTo(Xml actual) {
        var found = new HashMap<>(captures);
        var difference = difference(expected, actual, found);
        if (difference == null) {
            captures.putAll(found);
        }
        return difference;
    }

    private static @Nullable String difference(Xml expected, Xml actual, Map<String, String> captures) {
        var where = "<" + expected.name() + ">";
        if (!expected.name().equals(actual.name()) || !matches(expected.namespace(), actual.namespace(), captures)) {
            return "expected " + where + " in '" + expected.namespace() + "', got <" + actual.name() + "> in '"
                    + actual.namespace() + "'";
        }
        for (var attribute : expected.attributes().entrySet()) {
            var value = actual.attribute(attribute.getKey());
            if (value == null || !matches(attribute.getValue(), value, captures)) {
                return where + " " + attribute.getKey() + ": expected '" + attribute.getValue() + "', got "
                        + (value == null ? "none" : "'" + value + "'");
            }
        }
        for (var key : actual.attributes().keySet()) {
            if (expected.attribute(key) == null && !isUnspoken(actual, key)) {
                return where + " has an unexpected " + key + "='" + actual.attribute(key) + "'";
            }
        }
        return differenceOfContent(expected, actual, captures, where);
    }

    private static boolean isUnspoken(Xml actual, String key) {
        return actual.isStanza() && (UNSPOKEN.contains(key) || key.equals("from") && isOwnServer(actual));
    }

    /// What the server says in the account's own name it may say without a name, too.
    private static boolean isOwnServer(Xml actual) {
        var from = actual.attributeOr("from", "");
        return actual.name().equals("iq")
                || !from.contains("/") && actual.attributeOr("to", "").startsWith(from + "/");
    }

    private static @Nullable String differenceOfContent(
            Xml expected, Xml actual, Map<String, String> captures, String where) {
        var left = new ArrayList<>(actual.children().toList());
        for (var child : expected.children().toList()) {
            var closest = "nothing";
            Xml match = null;
            for (var candidate : left) {
                var tried = new HashMap<>(captures);
                var difference = difference(child, candidate, tried);
                if (difference == null) {
                    captures.putAll(tried);
                    match = candidate;
                    break;
                }
                if (candidate.is(child.name(), child.namespace())) {
                    closest = difference;
                }
            }
            if (match == null) {
                return where + " lacks " + child + " (" + closest + ")";
            }
            left.remove(match);
        }
        left.removeIf(child -> child.is("origin-id", "urn:xmpp:sid:0")
                || actual.name().equals("presence") && child.is("delay", "urn:xmpp:delay"));
        if (!left.isEmpty()) {
            return where + " has an unexpected " + left.getFirst();
        }
        if (!matches(textOf(expected), textOf(actual), captures)) {
            return where + ": expected the text '" + textOf(expected) + "', got '" + textOf(actual) + "'";
        }
        return null;
    }

    /// Space around a text, and between elements, is layout.
    private static String textOf(Xml element) {
        var text = new StringBuilder();
        for (Node node : element.nodes()) {
            if (node instanceof Xml.Text(String value)) {
                text.append(value);
            }
        }
        return text.toString().strip();
    }

    private static boolean matches(String expected, String actual, Map<String, String> captures) {
        var hole = HOLE.matcher(expected);
        var regex = new StringBuilder();
        var names = new ArrayList<String>();
        var end = 0;
        while (hole.find()) {
            regex.append(Pattern.quote(expected.substring(end, hole.start())));
            end = hole.end();
            var name = hole.group(1);
            if (name == null) {
                regex.append("(?:.*)");
            } else if (captures.get(name) instanceof String known) {
                regex.append(Pattern.quote(known));
            } else {
                names.add(name);
                regex.append("(.+)");
            }
        }
        regex.append(Pattern.quote(expected.substring(end)));
        Matcher matcher = Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(actual);
        if (!matcher.matches()) {
            return false;
        }
        for (var i = 0; i < names.size(); i++) {
            captures.put(names.get(i), matcher.group(i + 1));
        }
        return true;
    }
}
