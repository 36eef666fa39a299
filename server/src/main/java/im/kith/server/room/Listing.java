package im.kith.server.room;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Stanza.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the list of rooms knows of one: told by the room to [Lobby], in a stanza that stays within the server.
///
/// @param occupants how many are in it, -1 when it is gone or not to be listed
record Listing(String name, String description, String language, int occupants, boolean persistent, boolean open) {

    static final String NAMESPACE = "urn:kith:room:listing";
    static final Listing GONE = new Listing("", "", "", -1, false, false);

    static Listing of(Room room) {
        var configuration = room.configuration;
        if (!configuration.is(Setting.PUBLIC)) return GONE;
        return new Listing(
                configuration.text(Setting.NAME),
                configuration.text(Setting.DESCRIPTION),
                configuration.text(Setting.LANGUAGE),
                room.occupants.size(),
                configuration.is(Setting.PERSISTENT),
                !configuration.is(Setting.MEMBERS_ONLY) && !configuration.is(Setting.PASSWORD_PROTECTED));
    }

    Stanza stanza(Jid room) {
        var listing = Element.build(NAMESPACE, "room")
                .attribute("occupants", Integer.toString(occupants))
                .attribute("row", line())
                .build();
        var message = Muc.stanza("message", "headline", listing);
        return Stanza.of(Kind.MESSAGE, room, Objects.requireNonNull(Jid.of(null, room.domain(), null)), message);
    }

    static @Nullable Listing of(Element element) {
        var row = element.attribute("row");
        return row == null ? null : parsed(row, Integer.parseInt(element.attribute("occupants", "0")));
    }

    /// For the shelf, which knows no occupants.
    byte[] encoded() {
        return line().getBytes(StandardCharsets.UTF_8);
    }

    static Listing decoded(byte[] row) {
        return parsed(new String(row, StandardCharsets.UTF_8), 0);
    }

    private String line() {
        return String.join(
                "\t", persistent ? "p" : "t", open ? "o" : "c", oneLine(language), oneLine(name), oneLine(description));
    }

    private static Listing parsed(String line, int occupants) {
        var parts = line.split("\t", -1);
        if (parts.length != 5) throw new IllegalArgumentException("a listing is damaged");
        return new Listing(parts[3], parts[4], parts[2], occupants, parts[0].equals("p"), parts[1].equals("o"));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
