package im.kith.server.room;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0486: the room's vCard, whose photo is the room's picture. Owners set it, everybody may get it. The card is
/// on a cold shelf, its photo's hash on the hot one.
final class Picture {

    private static final String COLD_SHELF = "room.vcard";
    private static final String KEY = "vcard";
    private static final String HASH = "picture";
    private static final int MOST_BYTES = 200_000;
    private static final int MOST_PHOTOS = 10;

    private final Room room;
    /// Of each photo, in the order of the card (XEP-0486 §6.1).
    private List<String> hashes = List.of();

    Picture(Room room) {
        this.room = room;
    }

    void load() {
        var row = room.shelf().get(HASH);
        hashes = row == null ? List.of() : List.of(new String(row, StandardCharsets.UTF_8).split("\n"));
    }

    /// SHA-1 of the photo, in hex; null without one.
    @Nullable
    String hash() {
        return hashes.isEmpty() ? null : hashes.getFirst();
    }

    /// The same of each photo, which all show one picture.
    List<String> hashes() {
        return hashes;
    }

    void clear() {
        room.home.putCold(COLD_SHELF, KEY, null);
        hashes = List.of();
    }

    /// XEP-0054 get, of anybody.
    void get(Stanza iq) {
        room.home.later(room.home.coldRow(COLD_SHELF, KEY).thenApply(Picture::parsed), read -> {
            if (read == null) room.home.refuse(iq, StanzaError.of(Condition.RESOURCE_CONSTRAINT));
            else answer(iq, read.card());
        });
    }

    private record Read(@Nullable Element card) {}

    private static Read parsed(byte @Nullable [] row) {
        try {
            return new Read(row == null ? null : XmlReader.parseDocument(row, XmlReader.Limits.OWN));
        } catch (XmlException damaged) {
            throw new IllegalStateException("a room's vCard is damaged", damaged);
        }
    }

    private void answer(Stanza iq, @Nullable Element found) {
        room.home.send(iq.result(found == null ? Element.empty(Muc.VCARD, "vCard") : found));
    }

    /// XEP-0486 §3: an owner sets the card.
    @Nullable
    StanzaError set(Stanza iq, Jid sender, Element vcard) {
        boolean may = room.affiliations.of(sender) == Affiliation.OWNER || room.membership.mayEdit(sender);
        if (!may) return Muc.error(Condition.FORBIDDEN, "Only owners set the room's picture.");
        var bytes = XmlWriter.toBytes(vcard, "");
        if (bytes.length > MOST_BYTES) {
            return Muc.error(Condition.NOT_ACCEPTABLE, "A room's vCard may have " + MOST_BYTES + " bytes.");
        }
        var found = new ArrayList<String>();
        for (var photo : vcard.children()) {
            var data = photo.is(Muc.VCARD, "PHOTO") ? photo.childText(Muc.VCARD, "BINVAL") : null;
            if (data == null) continue;
            var one = sha1(data);
            if (one == null) return Muc.error(Condition.BAD_REQUEST, "The photo is not in Base64.");
            if (found.size() < MOST_PHOTOS) found.add(one);
        }
        hashes = List.copyOf(found);
        var sha1 = hash();
        write(vcard);
        room.home.send(iq.result(null));
        room.membership.happened("picture", "hash", sha1);
        room.announce(Muc.statuses(104), false);
        if (sha1 != null) for (var device : room.occupants.devices()) room.presences.picture(sha1, device);
        return null;
    }

    private void write(Element vcard) {
        room.home.putCold(COLD_SHELF, KEY, XmlWriter.toBytes(vcard, ""));
        if (hashes.isEmpty()) room.shelf().remove(HASH);
        else room.shelf().put(HASH, String.join("\n", hashes).getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String sha1(String base64) {
        try {
            var bytes = Base64.getMimeDecoder().decode(base64);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IllegalArgumentException e) {
            return null;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
