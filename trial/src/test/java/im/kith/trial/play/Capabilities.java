package im.kith.trial.play;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.wire.Xml;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.TreeMap;

/// XEP-0115 §5: the hash over identities, features and forms, computed as a client does to check a server.
public final class Capabilities {

    private Capabilities() {}

    public static String hash(Xml query, String algorithm) throws NoSuchAlgorithmException {
        var text = new StringBuilder();
        query.children()
                .filter(child -> child.name().equals("identity"))
                .map(identity -> identity.attributeOr("category", "") + "/" + identity.attributeOr("type", "") + "/"
                        + identity.attributeOr("xml:lang", "") + "/" + identity.attributeOr("name", ""))
                .sorted()
                .forEach(identity -> text.append(identity).append('<'));
        query.children()
                .filter(child -> child.name().equals("feature"))
                .map(feature -> feature.attributeOr("var", ""))
                .sorted()
                .forEach(feature -> text.append(feature).append('<'));
        query.children()
                .filter(child -> child.is("x", "jabber:x:data"))
                .map(Capabilities::form)
                .sorted()
                .forEach(text::append);
        var digest = MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT));
        return Base64.getEncoder().encodeToString(digest.digest(text.toString().getBytes(UTF_8)));
    }

    private static String form(Xml form) {
        var fields = new TreeMap<String, String>();
        var type = new StringBuilder();
        form.children().filter(child -> child.name().equals("field")).forEach(field -> {
            var values = field.children()
                    .filter(child -> child.name().equals("value"))
                    .map(Xml::text)
                    .sorted()
                    .toList();
            if (field.attributeOr("var", "").equals("FORM_TYPE")) {
                type.append(values.getFirst()).append('<');
            } else {
                fields.put(field.attributeOr("var", ""), String.join("<", values) + "<");
            }
        });
        fields.forEach((name, values) -> type.append(name).append('<').append(values));
        return type.toString();
    }
}
