package im.kith.xmpp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// XEP-0115: the verification string, a hash over all that a `disco#info` answer says, in whatever order it says it.
public final class Capabilities {

    public static final String NAMESPACE = "http://jabber.org/protocol/caps";
    public static final String DISCO_INFO = "http://jabber.org/protocol/disco#info";

    private Capabilities() {}

    /// The verification string of a `disco#info` query (§5.1). Null when the answer is ill-formed (§5.4) or the hash
    /// (`sha-1`, `sha-256`, as in the attribute `hash`) is not known.
    public static @Nullable String ver(Element info, String hash) {
        var digest = digest(hash);
        var text = text(info);
        if (digest == null || text == null) return null;
        return Base64.getEncoder().encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Whether that answer is what the verification string was made of.
    public static boolean isVerified(Element info, String hash, String ver) {
        return ver.equals(ver(info, hash));
    }

    /// A device's presence with its capabilities, which it may say in its first presence only, and again when they
    /// change (§8.4): else what it said `before` is carried over, for whoever sees the device for the first time
    /// later.
    public static Element carriedOver(@Nullable Element before, Element presence) {
        var known = before == null ? null : before.child(NAMESPACE, "c");
        return known == null || presence.child(NAMESPACE, "c") != null ? presence : presence.plus(known);
    }

    private static @Nullable MessageDigest digest(String hash) {
        try {
            return switch (hash) {
                case "sha-1" -> MessageDigest.getInstance("SHA-1");
                case "sha-256" -> MessageDigest.getInstance("SHA-256");
                default -> null;
            };
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + hash, e);
        }
    }

    private static @Nullable String text(Element info) {
        var identities = new ArrayList<String>();
        var features = new ArrayList<String>();
        var forms = new TreeMap<String, String>(Capabilities::compareOctets);
        for (var child : info.children()) {
            if (child.is(DISCO_INFO, "identity")) {
                identities.add(String.join(
                        "/",
                        child.attribute("category", ""),
                        child.attribute("type", ""),
                        child.attribute("xml:lang", ""),
                        child.attribute("name", "")));
            } else if (child.is(DISCO_INFO, "feature")) {
                features.add(child.attribute("var", ""));
            } else if (child.is(DataForm.NAMESPACE, "x")) {
                var field = formType(child);
                if (field == null) continue;
                var values = new HashSet<>(values(field));
                if (values.size() != 1) return null;
                if (forms.put(values.iterator().next(), fields(child)) != null) return null;
            }
        }
        if (new HashSet<>(identities).size() < identities.size()) return null;
        if (new HashSet<>(features).size() < features.size()) return null;
        var text = new StringBuilder();
        append(text, identities);
        append(text, features);
        forms.forEach((type, fields) -> text.append(type).append('<').append(fields));
        return text.toString();
    }

    /// The form's FORM_TYPE field, which must be hidden; forms without are passed over (§5.4 step 3.6).
    private static @Nullable Element formType(Element form) {
        for (var field : form.children()) {
            if ("FORM_TYPE".equals(field.attribute("var")) && "hidden".equals(field.attribute("type"))) return field;
        }
        return null;
    }

    private static String fields(Element form) {
        var fields = new TreeMap<String, List<String>>(Capabilities::compareOctets);
        for (var field : form.children()) {
            var name = field.attribute("var", "");
            if (field.is(DataForm.NAMESPACE, "field") && !name.equals("FORM_TYPE")) {
                fields.computeIfAbsent(name, any -> new ArrayList<>()).addAll(values(field));
            }
        }
        var text = new StringBuilder();
        fields.forEach((name, values) -> {
            text.append(name).append('<');
            append(text, values);
        });
        return text.toString();
    }

    private static List<String> values(Element field) {
        var values = new ArrayList<String>();
        for (var value : field.children()) {
            if (value.is(DataForm.NAMESPACE, "value")) values.add(value.text());
        }
        return values;
    }

    private static void append(StringBuilder text, List<String> lines) {
        lines.sort(Capabilities::compareOctets);
        for (var line : lines) text.append(line).append('<');
    }

    /// The collation i;octet (RFC 4790 §9.3).
    private static int compareOctets(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
