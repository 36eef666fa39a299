package im.kith.server.feature.stories;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.SERVICE_UNAVAILABLE;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Privacy;
import im.kith.server.feature.Publications;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Shelf;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import im.kith.xmpp.Timestamp;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// XEP-0501: Pubsub Stories, what people call a status: an item at a node of the account that is gone after a day. The
/// node is one like others (XEP-0163); that its items expire is the node's own, who sees them [Privacy]'s. Here is who
/// has seen them (docs/protocol/status.md).
///
/// Who gives no read receipts is on no list, and gets none.
///
/// Errors: `bad-request`; `item-not-found` for a story that is not there, any more, or not for who asks.
///
/// ```
/// cold shelf "stories": "ID JID" → when that one has seen it, milliseconds since 1970
/// ```
public final class Stories implements Feature {

    static final int MOST_VIEWERS = 2000;

    private static final String NAMESPACE = "urn:kith:status:0";
    private static final String SHELF = "stories";
    private static final String TOPIC = "stories";
    private static final Tag SEEN = new Tag(NAMESPACE, "seen");
    private static final Tag VIEWERS = new Tag(NAMESPACE, "viewers");

    private static final StanzaError NO_ID = StanzaError.of(BAD_REQUEST, "Say which story: id='…'.");
    private static final StanzaError NO_STORY = StanzaError.of(ITEM_NOT_FOUND, "There is no such story.");

    private final Publications publications;

    public Stories(Publications publications) {
        this.publications = publications;
        publications.onChange((node, owner) -> {
            if (node.equals(Publications.STORIES)) owner.load(SHELF, () -> clear(owner.shelf(SHELF), owner), () -> {});
        });
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("stories")
                .implementing("XEP-0501", "0.2.0")
                .advertisingAtAccount("urn:xmpp:pubsub-social-feed:1")
                .advertisingAtAccount(Publications.STORIES)
                .advertisingAtAccount(NAMESPACE)
                .answering(OTHERS, SET, SEEN, this::seen)
                .answering(GET, VIEWERS, this::viewers)
                .visitingDaily(this::expire)
                .build();
    }

    private static String id(Stanza iq) {
        return Objects.requireNonNull(iq.payload()).attribute("id", "");
    }

    private Reply seen(Stanza iq, Owner owner) {
        var id = id(iq);
        var viewer = Objects.requireNonNull(iq.from()).bare();
        boolean stranger = !owner.contact(viewer).subscribedFrom();
        // As if there was no account.
        var none = Reply.error(stranger ? StanzaError.of(SERVICE_UNAVAILABLE) : NO_STORY);
        if (id.isEmpty()) return stranger ? none : Reply.error(NO_ID);
        return publications.open(owner, SHELF, () -> {
            boolean visible = publications.isVisible(owner, Publications.STORIES, viewer, false);
            if (!visible || !publications.ids(owner, Publications.STORIES).contains(id)) return none;
            var shelf = owner.shelf(SHELF);
            clear(shelf, owner);
            var key = id + " " + viewer;
            boolean full = of(id, shelf).size() >= MOST_VIEWERS;
            if (shelf.get(key) != null || full || !Privacy.shows(owner, Privacy.Thing.RECEIPTS, viewer)) {
                return Reply.empty();
            }
            shelf.put(key, ByteBuffer.allocate(8).putLong(owner.nowMillis()).array());
            return Reply.followed(
                    null,
                    () -> owner.pushToDevices(
                            list(id, key, shelf), device -> device.interests().contains(TOPIC)));
        });
    }

    private Reply viewers(Stanza iq, Owner owner) {
        var id = id(iq);
        if (id.isEmpty()) return Reply.error(NO_ID);
        owner.interest(Objects.requireNonNull(iq.from()), TOPIC);
        return publications.open(owner, SHELF, () -> {
            if (!publications.ids(owner, Publications.STORIES).contains(id)) return Reply.error(NO_STORY);
            return Reply.result(list(id, null, owner.shelf(SHELF)));
        });
    }

    private static Element list(String id, @Nullable String only, Shelf shelf) {
        var viewers = Element.build(VIEWERS).attribute("id", id);
        of(id, shelf).forEach((key, seen) -> {
            boolean another = key.lastIndexOf(' ') != id.length();
            if (another || (only != null && !only.equals(key))) return;
            viewers.child("viewer", viewer -> viewer.attribute("jid", key.substring(id.length() + 1))
                    .attribute("stamp", Timestamp.of(ByteBuffer.wrap(seen).getLong())));
        });
        return viewers.build();
    }

    private static SortedMap<String, byte[]> of(String id, Shelf shelf) {
        return shelf.all().subMap(id + " ", id + "!");
    }

    private void expire(Owner owner) {
        if (!publications.has(owner, Publications.STORIES)) return;
        publications.open(owner, SHELF, () -> {
            clear(owner.shelf(SHELF), owner);
            return Reply.empty();
        });
    }

    /// Forgets who has seen what is gone.
    private void clear(Shelf shelf, Owner owner) {
        var there = new HashSet<>(publications.ids(owner, Publications.STORIES));
        var gone = shelf.all().keySet().stream()
                .filter(key -> !there.contains(key.substring(0, key.lastIndexOf(' '))))
                .toList();
        for (var key : gone) shelf.remove(key);
    }
}
