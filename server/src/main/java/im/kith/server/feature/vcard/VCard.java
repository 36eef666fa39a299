package im.kith.server.feature.vcard;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// XEP-0054: vcard-temp. An account has one card (cold shelf `vcard`): it writes it, everybody may read it.
///
/// Who has no card is answered for as if the account did not exist, so that asking does not find out who is here; for
/// the same reason nobody answers attempts to set somebody else's card.
public final class VCard implements Feature {

    private static final Tag VCARD = new Tag("vcard-temp", "vCard");
    private static final String SHELF = "vcard";
    private static final String ROW = "card";

    private final int maxBytes;

    public VCard() {
        this(128 * 1024);
    }

    VCard(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("vcard")
                .implementing("XEP-0054", "1.3.0")
                .advertising(VCARD.namespace())
                .answering(
                        GET,
                        VCARD,
                        (iq, owner) -> Reply.later(card(owner)
                                .thenApply(card -> Reply.result(card == null ? Element.empty(VCARD) : card))))
                .answering(SET, VCARD, this::write)
                .answering(
                        OTHERS,
                        GET,
                        VCARD,
                        (iq, owner) -> Reply.later(card(owner)
                                .thenApply(card -> card == null
                                        ? Reply.error(Condition.SERVICE_UNAVAILABLE)
                                        : Reply.result(card))))
                .build();
    }

    private Reply write(Stanza iq, Owner owner) {
        var card = iq.payload();
        if (card == null) return Reply.error(Condition.BAD_REQUEST);
        if (card.childCount() == 0) {
            owner.putCold(SHELF, ROW, null);
            return Reply.empty();
        }
        var bytes = XmlWriter.toBytes(card, "");
        if (bytes.length > maxBytes) return Reply.error(tooLarge());
        owner.putCold(SHELF, ROW, bytes);
        return Reply.empty();
    }

    private StanzaError tooLarge() {
        return StanzaError.of(
                Condition.NOT_ACCEPTABLE, "A card may have %d KB; send a smaller photo.".formatted(maxBytes / 1024));
    }

    private static CompletionStage<@Nullable Element> card(Owner owner) {
        return owner.coldRow(SHELF, ROW).thenApply(stored -> stored == null ? null : parse(stored));
    }

    private static Element parse(byte[] stored) {
        try {
            return XmlReader.parseDocument(stored, XmlReader.Limits.OWN);
        } catch (XmlException e) {
            throw new IllegalStateException("the stored card cannot be read", e);
        }
    }
}
