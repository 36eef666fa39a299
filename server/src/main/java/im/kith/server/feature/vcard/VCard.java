package im.kith.server.feature.vcard;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Privacy;
import im.kith.server.feature.Publications;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// XEP-0054: vcard-temp. An account has one card: it writes it, everybody may read it. XEP-0292: the same card is
/// published as vCard 4 at the account's node `urn:xmpp:vcard4`, and one that is published there becomes this card
/// ([VCard4]). Its PHOTO is the account's avatar ([Avatars]).
///
/// Who has no card is answered for as if the account did not exist, so that asking does not find out who is here; for
/// the same reason an attempt to set somebody else's card is `forbidden` before it gets there.
///
/// ```
/// cold shelf "vcard": "card" → the card without its PHOTO (unless that only refers to a picture)
/// ```
public final class VCard implements Feature {

    private static final Tag VCARD = new Tag("vcard-temp", "vCard");
    private static final Tag PHOTO = new Tag("vcard-temp", "PHOTO");
    /// What of a card is no more than a name.
    private static final Set<String> NAMES = Set.of("FN", "N", "NICKNAME");

    private static final String SHELF = "vcard";
    private static final String ROW = "card";

    private static final Verdict NOT_YOURS =
            Verdict.reject(StanzaError.of(Condition.FORBIDDEN, "Everybody sets their own card only."));
    private static final StanzaError FULL = StanzaError.of(
                    Condition.RESOURCE_CONSTRAINT, "There is no room for the photo: remove something you published.")
            .as(StanzaError.Type.CANCEL);

    private final int maxBytes;
    private final Publications publications;
    private final Avatars avatars;
    private final Consumer<Owner> listener;

    /// `listener` is told when a card is set; the account's nodes are in memory then.
    public VCard(Publications publications, Avatars avatars, Consumer<Owner> listener) {
        this(128 * 1024, publications, avatars, listener);
    }

    VCard(int maxBytes, Publications publications, Avatars avatars, Consumer<Owner> listener) {
        this.listener = listener;
        this.maxBytes = maxBytes;
        this.publications = publications;
        this.avatars = avatars;
        publications.onChange(this::changed);
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("vcard")
                .implementing("XEP-0054", "1.3.0")
                .implementing("XEP-0292", "0.12.0", "name, nickname, addresses, organisation and note are converted")
                .advertising(VCARD.namespace())
                .answering(
                        GET,
                        VCARD,
                        (iq, owner) -> publications.open(owner, SHELF, () -> {
                            var card = shown(iq, owner);
                            return Reply.result(card == null ? Element.empty(VCARD) : card);
                        }))
                .answering(SET, VCARD, (iq, owner) -> publications.open(owner, SHELF, () -> write(iq, owner)))
                .answering(
                        OTHERS,
                        GET,
                        VCARD,
                        (iq, owner) -> publications.open(owner, SHELF, () -> {
                            var card = shown(iq, owner);
                            return card == null ? Reply.error(Condition.SERVICE_UNAVAILABLE) : Reply.result(card);
                        }))
                .checkingOutgoing((stanza, owner) -> setsAnothers(stanza, owner) ? NOT_YOURS : Verdict.pass())
                .build();
    }

    private static boolean setsAnothers(Stanza stanza, Owner owner) {
        if (!stanza.isIq() || !stanza.type().equals("set")) return false;
        var to = stanza.to();
        var payload = stanza.payload();
        return to != null && payload != null && payload.is(VCARD) && owner.isNeighbour(to);
    }

    /// The card as who asks may see it, or null.
    private @Nullable Element shown(Stanza iq, Owner owner) {
        var viewer = Objects.requireNonNullElse(iq.from(), owner.jid());
        var card = card(owner);
        if (card != null) {
            boolean about = Privacy.shows(owner, Privacy.Thing.ABOUT, viewer);
            boolean picture = Privacy.shows(owner, Privacy.Thing.PHOTO, viewer);
            card = card.without(child -> child.is(PHOTO) ? !picture : !about && !NAMES.contains(child.name()));
            if (card.children().isEmpty()) card = null;
        }
        var photo = avatars.photo(owner, viewer);
        if (photo == null) return card;
        return (card == null ? Element.empty(VCARD) : card.without(child -> child.is(PHOTO))).plus(photo);
    }

    private static @Nullable Element card(Owner owner) {
        var stored = owner.shelf(SHELF).get(ROW);
        return stored == null ? null : parse(stored);
    }

    private Reply write(Stanza iq, Owner owner) {
        var card = iq.payload();
        if (card == null) return Reply.error(Condition.BAD_REQUEST);
        if (XmlWriter.toBytes(card, "").length > maxBytes) return Reply.error(tooLarge());
        var photo = card.child(PHOTO);
        boolean published = photo != null && Avatars.isPicture(photo);
        var rest = published ? card.without(child -> child.is(PHOTO)) : card;
        if (!avatars.publish(published ? photo : null, owner)) return Reply.error(FULL);
        keep(rest, owner);
        if (!rest.children().isEmpty()) {
            publications.publish(owner, VCard4.NODE, VCard4.ITEM, VCard4.of(rest), Map.of());
        } else if (publications.item(owner, VCard4.NODE, VCard4.ITEM) != null) {
            publications.retract(owner, VCard4.NODE, VCard4.ITEM);
        }
        listener.accept(owner);
        return Reply.empty();
    }

    private static void keep(Element card, Owner owner) {
        if (card.children().isEmpty()) owner.shelf(SHELF).remove(ROW);
        else owner.shelf(SHELF).put(ROW, XmlWriter.toBytes(card, ""));
    }

    /// A client has published a vCard 4: what it says of the same things goes into the card.
    private void changed(String node, Owner owner) {
        if (!node.equals(VCard4.NODE)) return;
        owner.load(
                SHELF,
                () -> {
                    var vcard4 = publications.item(owner, VCard4.NODE, null);
                    var before = Objects.requireNonNullElse(card(owner), Element.empty(VCARD));
                    keep(VCard4.into(before, vcard4 == null ? VCard4.EMPTY : vcard4), owner);
                },
                () -> {});
    }

    private StanzaError tooLarge() {
        return StanzaError.of(
                Condition.NOT_ACCEPTABLE, "A card may have %d KB; send a smaller photo.".formatted(maxBytes / 1024));
    }

    private static Element parse(byte[] stored) {
        try {
            return XmlReader.parseDocument(stored, XmlReader.Limits.OWN);
        } catch (XmlException e) {
            throw new IllegalStateException("the stored card cannot be read", e);
        }
    }
}
