package im.kith.server.feature.vcard;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Publications;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Tag;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// XEP-0398: one picture per account, whichever way it is set or asked for. It is kept as XEP-0084 has it, at two nodes
/// of the account; the PHOTO of a card (XEP-0054) is made of that, and a PHOTO that is set is published there. Presence
/// carries its hash (XEP-0153).
///
/// Who may read the metadata's node may see it in the card. Where that is whoever gets the account's presence, the card
/// shows it to everybody, which is what it is for; a node that its owner has closed keeps it in.
///
/// ```
/// hot shelf "photo": "sha1" → the hash as hexadecimal digits
/// ```
public final class Avatars implements Feature {

    private static final String DATA = "urn:xmpp:avatar:data";
    private static final String METADATA = "urn:xmpp:avatar:metadata";
    private static final String UPDATE = "vcard-temp:x:update";
    private static final Tag UPDATE_TAG = new Tag(UPDATE, "x");
    private static final String VCARD = "vcard-temp";
    private static final String SHELF = "photo";
    private static final String HASH = "sha1";

    private final Publications publications;

    public Avatars(Publications publications) {
        this.publications = publications;
        publications.onChange(this::changed);
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("avatar")
                .implementing("XEP-0084", "1.1.4")
                .implementing("XEP-0153", "1.1.1")
                .implementing("XEP-0398", "1.0.0")
                .advertisingAtAccount("urn:xmpp:pep-vcard-conversion:0")
                .keepingHot(SHELF)
                .shapingPresence(Avatars::shape)
                .build();
    }

    // ---- in presence -----------------------------------------------------------------------------------------------

    /// XEP-0398 §4: the hash goes in, unless the client says that it shows no picture.
    private static Element shape(Element presence, Owner owner) {
        var hash = hash(owner);
        var said = presence.child(UPDATE_TAG);
        var photo = said == null ? null : said.child(UPDATE, "photo");
        if (hash == null) {
            boolean outdated = photo != null && !photo.text().isEmpty();
            return outdated ? with(presence, "") : presence;
        }
        if (photo != null && (photo.text().isEmpty() || photo.text().equals(hash))) return presence;
        return with(presence, hash);
    }

    private static Element with(Element presence, String hash) {
        return presence.without(child -> child.is(UPDATE_TAG))
                .plus(Element.build(UPDATE_TAG).child("photo", hash).build());
    }

    private static @Nullable String hash(Owner owner) {
        var row = owner.shelf(SHELF).get(HASH);
        return row == null ? null : new String(row, StandardCharsets.UTF_8);
    }

    /// A client has changed one of the account's nodes.
    private void changed(String node, Owner owner) {
        if (!node.equals(METADATA) && !node.equals(DATA)) return;
        var info = info(owner);
        var id = info == null ? null : info.attribute("id");
        if (id != null && publications.item(owner, DATA, id) == null) id = null;
        set(id, owner);
    }

    private static void set(@Nullable String hash, Owner owner) {
        var before = hash(owner);
        if (hash == null ? before == null : hash.equals(before)) return;
        if (hash == null) owner.shelf(SHELF).remove(HASH);
        else owner.shelf(SHELF).put(HASH, hash.getBytes(StandardCharsets.UTF_8));
        owner.showAgain();
    }

    /// The metadata of the picture that the account itself keeps.
    private @Nullable Element info(Owner owner) {
        var metadata = publications.item(owner, METADATA, null);
        if (metadata == null) return null;
        for (var info : metadata.children()) {
            if (info.is(METADATA, "info") && info.attribute("url") == null) return info;
        }
        return null;
    }

    // ---- in the card -----------------------------------------------------------------------------------------------

    /// The PHOTO of the account's card that `viewer` may see, null for none. The account's nodes are open.
    @Nullable
    Element photo(Owner owner, Jid viewer) {
        if (hash(owner) == null || !publications.isVisible(owner, METADATA, viewer, true)) return null;
        var info = info(owner);
        var id = info == null ? null : info.attribute("id");
        var data = id == null ? null : publications.item(owner, DATA, id);
        if (info == null || data == null) return null;
        return Element.build(VCARD, "PHOTO")
                .child("TYPE", info.attribute("type", "image/png"))
                .child("BINVAL", data.text())
                .build();
    }

    /// Whether the card's PHOTO can be published: it holds a picture and no reference to one.
    static boolean isPicture(Element photo) {
        return picture(photo) != null;
    }

    private static byte @Nullable [] picture(Element photo) {
        var text = photo.childText(VCARD, "BINVAL");
        if (text == null || text.isBlank()) return null;
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Publishes the card's PHOTO, or that there is none. False when there is no room for it.
    boolean publish(@Nullable Element photo, Owner owner) {
        var picture = photo == null ? null : picture(photo);
        if (photo == null || picture == null) {
            if (hash(owner) == null) return true;
            set(null, owner);
            return publications.publish(owner, METADATA, owner.newId(), Element.empty(METADATA, "metadata"), Map.of());
        }
        var id = sha1(picture);
        if (id.equals(hash(owner))) return true;
        var data = Element.text(DATA, "data", Base64.getEncoder().encodeToString(picture));
        var type = photo.childText(VCARD, "TYPE");
        var metadata = Element.build(METADATA, "metadata")
                .child("info", info -> info.attribute("bytes", Integer.toString(picture.length))
                        .attribute("id", id)
                        .attribute("type", type == null ? "image/png" : type))
                .build();
        if (!publications.publish(owner, DATA, id, data, Map.of())) return false;
        if (!publications.publish(owner, METADATA, id, metadata, Map.of())) return false;
        set(id, owner);
        return true;
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
