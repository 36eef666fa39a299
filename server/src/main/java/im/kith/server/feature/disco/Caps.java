package im.kith.server.feature.disco;

import im.kith.xmpp.Element;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// XEP-0115 §5.1: the verification string, a hash over all that a `disco#info` answer says.
final class Caps {

    static final String NAMESPACE = "http://jabber.org/protocol/caps";
    static final String HASH = "sha-1";

    private static final String FORM = "jabber:x:data";

    private Caps() {}

    /// The hash of a `disco#info` query in whatever order it lists identities, features, forms and fields.
    static String of(Element info) {
        var text = new StringBuilder();
        for (var identity : sorted(info, "identity")) text.append(identity).append('<');
        for (var feature : sorted(info, "feature")) text.append(feature).append('<');
        var forms = new TreeMap<String, String>();
        for (var form : info.children()) {
            if (form.is(FORM, "x")) forms.put(type(form), fields(form));
        }
        forms.forEach((type, fields) -> text.append(type).append('<').append(fields));
        return Base64.getEncoder().encodeToString(sha1(text.toString()));
    }

    /// Compared as `i;octet` (RFC 4790), which for what identities and features hold is the order of UTF-16 too.
    private static TreeSet<String> sorted(Element info, String name) {
        var lines = new TreeSet<String>();
        for (var child : info.children()) {
            if (!child.is(info.namespace(), name)) continue;
            lines.add(
                    name.equals("feature")
                            ? child.attribute("var", "")
                            : child.attribute("category", "") + "/" + child.attribute("type", "") + "/"
                                    + child.attribute("xml:lang", "") + "/" + child.attribute("name", ""));
        }
        return lines;
    }

    private static String type(Element form) {
        for (var field : form.children()) {
            if ("FORM_TYPE".equals(field.attribute("var"))) return String.join("<", values(field));
        }
        return "";
    }

    private static String fields(Element form) {
        var fields = new TreeMap<String, List<String>>();
        for (var field : form.children()) {
            var name = field.attribute("var", "");
            if (field.is(FORM, "field") && !name.equals("FORM_TYPE")) fields.put(name, values(field));
        }
        var text = new StringBuilder();
        fields.forEach((name, values) -> {
            text.append(name).append('<');
            for (var value : values) text.append(value).append('<');
        });
        return text.toString();
    }

    private static List<String> values(Element field) {
        var values = new ArrayList<String>();
        for (var value : field.children()) {
            if (value.is(FORM, "value")) values.add(value.text());
        }
        values.sort(null);
        return values;
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
