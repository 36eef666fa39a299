package im.kith.server.feature.vcard;

import im.kith.xmpp.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Cards of the one kind made of cards of the other: vcard-temp (XEP-0054) and vCard 4 (XEP-0292, RFC 6351). What only
/// one of them can say stays there. Pure.
final class VCard4 {

    static final String NODE = "urn:xmpp:vcard4";
    static final String ITEM = "current";

    private static final String NEW = "urn:ietf:params:xml:ns:vcard-4.0";
    private static final String OLD = "vcard-temp";

    static final Element EMPTY = Element.empty(NEW, "vcard");

    /// Of a property: its name here and there, and the element inside that holds the value (null where it is text).
    private record Property(String old, @Nullable String inside, String name, String value) {}

    private static final List<Property> PROPERTIES = List.of(
            new Property("FN", null, "fn", "text"),
            new Property("NICKNAME", null, "nickname", "text"),
            new Property("URL", null, "url", "uri"),
            new Property("BDAY", null, "bday", "date"),
            new Property("EMAIL", "USERID", "email", "text"),
            new Property("TEL", "NUMBER", "tel", "text"),
            new Property("ORG", "ORGNAME", "org", "text"),
            new Property("TITLE", null, "title", "text"),
            new Property("ROLE", null, "role", "text"),
            new Property("NOTE", null, "note", "text"),
            new Property("DESC", null, "note", "text"));

    /// The parts of a name and of an address, in the order in which both have them.
    private static final Map<String, String> NAME = ordered(
            "FAMILY", "surname", "GIVEN", "given", "MIDDLE", "additional", "PREFIX", "prefix", "SUFFIX", "suffix");

    private static final Map<String, String> ADDRESS = ordered(
            "POBOX",
            "pobox",
            "EXTADD",
            "ext",
            "STREET",
            "street",
            "LOCALITY",
            "locality",
            "REGION",
            "region",
            "PCODE",
            "code",
            "CTRY",
            "country");

    private static final Set<String> CONVERTED =
            PROPERTIES.stream().map(Property::old).collect(Collectors.toUnmodifiableSet());

    private VCard4() {}

    private static Map<String, String> ordered(String... pairs) {
        var map = new java.util.LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) map.put(pairs[i], pairs[i + 1]);
        return java.util.Collections.unmodifiableMap(map);
    }

    /// The vCard 4 that says what the card says.
    static Element of(Element card) {
        var made = Element.build(NEW, "vcard");
        for (var child : card.children()) {
            if (child.name().equals("N")) made.child(parts("n", child, NAME));
            if (child.name().equals("ADR")) made.child(parts("adr", child, ADDRESS));
            for (var property : PROPERTIES) {
                if (!property.old.equals(child.name())) continue;
                var value = property.inside == null ? child.text() : child.childText(OLD, property.inside);
                if (value == null || value.isBlank()) continue;
                made.child(property.name, one -> one.child(property.value, value.strip()));
            }
        }
        return made.build();
    }

    private static Element parts(String name, Element from, Map<String, String> parts) {
        var made = Element.build(NEW, name);
        parts.forEach((old, part) -> {
            var value = from.childText(OLD, old);
            if (value != null) made.child(part, value);
        });
        return made.build();
    }

    /// The card with what the vCard 4 says of the things that both know.
    static Element into(Element card, Element vcard4) {
        var kept = new ArrayList<Element>();
        for (var child : card.children()) {
            boolean converted =
                    CONVERTED.contains(child.name()) || Set.of("N", "ADR").contains(child.name());
            if (!converted) kept.add(child);
        }
        var made = Element.build(OLD, "vCard");
        for (var child : vcard4.children()) {
            if (child.name().equals("n")) made.child(back("N", child, NAME));
            if (child.name().equals("adr")) made.child(back("ADR", child, ADDRESS));
            for (var property : PROPERTIES) {
                if (!property.name.equals(child.name()) || property.old.equals("DESC")) continue;
                var value = value(child);
                if (value == null || value.isBlank()) continue;
                if (property.inside == null) made.child(property.old, value);
                else made.child(property.old, one -> one.child(property.inside, value));
            }
        }
        return made.children(kept).build();
    }

    private static Element back(String name, Element from, Map<String, String> parts) {
        var made = Element.build(OLD, name);
        parts.forEach((old, part) -> {
            var value = from.childText(NEW, part);
            if (value != null) made.child(old, value);
        });
        return made.build();
    }

    /// The value of a property, whatever its type; not its parameters.
    private static @Nullable String value(Element property) {
        for (var child : property.children()) {
            if (!child.name().equals("parameters")) return child.text();
        }
        return null;
    }
}
