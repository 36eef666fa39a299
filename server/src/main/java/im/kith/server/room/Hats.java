package im.kith.server.room;

import im.kith.server.feature.Shelf;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// XEP-0317: the hats of a room, and who wears which. A hat says what somebody is (presenter, scribe) beside role and
/// affiliation; the room alone gives them, so nobody wears one that it was not given.
///
/// ```
/// shelf "room.hats": "hat " + URI → hue or nothing, newline, title
///                    "of " + bare JID → URIs, one a line, in the order in which they were given
/// ```
final class Hats {

    static final String NAMESPACE = "urn:xmpp:hats:0";
    static final String SHELF = "room.hats";
    static final int MOST = 64;
    static final int MOST_EACH = 16;
    static final int MOST_WEARERS = 1024;

    private static final String HAT = "hat ";
    private static final String OF = "of ";

    /// @param hue its colour as an angle, as it was written; null for none
    record Hat(String uri, String title, @Nullable String hue) {}

    private final Shelf shelf;

    Hats(Shelf shelf) {
        this.shelf = shelf;
    }

    List<Hat> all() {
        var hats = new ArrayList<Hat>();
        shelf.all().forEach((key, row) -> {
            if (key.startsWith(HAT)) hats.add(decoded(key.substring(HAT.length()), row));
        });
        return hats;
    }

    @Nullable
    Hat named(String uri) {
        var row = shelf.get(HAT + uri);
        return row == null ? null : decoded(uri, row);
    }

    private static Hat decoded(String uri, byte[] row) {
        var parts = new String(row, StandardCharsets.UTF_8).split("\n", 2);
        return new Hat(uri, parts[1], parts[0].isEmpty() ? null : parts[0]);
    }

    /// Makes the hat, or another one of it.
    void put(Hat hat) {
        var hue = hat.hue() == null ? "" : hat.hue();
        shelf.put(HAT + hat.uri(), (hue + "\n" + hat.title()).getBytes(StandardCharsets.UTF_8));
    }

    /// There is no such hat any more; nobody wears it.
    void destroy(String uri) {
        for (var person : wearers(uri)) take(person, uri);
        shelf.remove(HAT + uri);
    }

    /// Another one whenever a hat is another; null without hats.
    @Nullable
    String hash() {
        var hats = all();
        if (hats.isEmpty()) return null;
        try {
            var digest = MessageDigest.getInstance("SHA-1");
            for (var hat : hats) {
                var line = hat.uri() + "\n" + hat.title() + "\n" + Objects.requireNonNullElse(hat.hue(), "") + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    // ---- who wears what --------------------------------------------------------------------------------------------

    /// Everybody who wears something, in order.
    List<Jid> wearers() {
        var people = new ArrayList<Jid>();
        for (var key : shelf.all().keySet()) {
            var person = key.startsWith(OF) ? Jid.parse(key.substring(OF.length())) : null;
            if (person != null) people.add(person);
        }
        return people;
    }

    List<Jid> wearers(String uri) {
        var people = wearers();
        people.removeIf(person -> !uris(person).contains(uri));
        return people;
    }

    private Set<String> uris(Jid person) {
        var row = shelf.get(OF + person.bare());
        return row == null
                ? Set.of()
                : new LinkedHashSet<>(List.of(new String(row, StandardCharsets.UTF_8).split("\n")));
    }

    List<Hat> of(Jid person) {
        var hats = new ArrayList<Hat>();
        for (var uri : uris(person)) {
            var hat = named(uri);
            if (hat != null) hats.add(hat);
        }
        return hats;
    }

    void give(Jid person, String uri) {
        var uris = new LinkedHashSet<>(uris(person));
        if (uris.add(uri)) write(person, uris);
    }

    void take(Jid person, String uri) {
        var uris = new LinkedHashSet<>(uris(person));
        if (uris.remove(uri)) write(person, uris);
    }

    /// The person is of the room no more.
    void strip(Jid person) {
        shelf.remove(OF + person.bare());
    }

    private void write(Jid person, Set<String> uris) {
        if (uris.isEmpty()) strip(person);
        else shelf.put(OF + person.bare(), String.join("\n", uris).getBytes(StandardCharsets.UTF_8));
    }

    // ---- as it is told ---------------------------------------------------------------------------------------------

    /// `<hats/>` for the person's presence, or null for a bare head.
    @Nullable
    Element worn(Jid person) {
        var hats = of(person);
        return hats.isEmpty() ? null : element(hats);
    }

    static Element element(List<Hat> hats) {
        var element = Element.build(NAMESPACE, "hats");
        for (var hat : hats) {
            element.child("hat", one -> one.attribute("title", hat.title())
                    .attribute("uri", hat.uri())
                    .attribute("hue", hat.hue()));
        }
        return element.build();
    }
}
