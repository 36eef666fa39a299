package im.kith.server.feature.privatexml;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Publications;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Shelf;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0049: Private XML Storage. One element per qualified name, for the account's own devices only.
///
/// The elements stand on the cold shelf `private`, by `{namespace}name`; their sizes on a hot one, so that the limits
/// (number of elements, bytes in all) are judged at once, without a read.
public final class PrivateXml implements Feature {

    private static final Tag QUERY = new Tag("jabber:iq:private", "query");
    private static final String ELEMENTS = "private";
    private static final String SIZES = "private-sizes";
    private static final String REST_SHELF = "bookmarks";
    private static final String REST = "rest";
    private static final int MAX_KEY_CHARS = 300;

    private static final StanzaError NOTHING_NAMED =
            StanzaError.of(Condition.BAD_REQUEST, "Put exactly one element with its own namespace into the query.");
    private static final StanzaError NOTHING_TO_STORE =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "Put at least one element with its own namespace into the query.");
    private static final StanzaError UNFIT =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "A bookmark has no address, or there are too many of them.");
    private static final StanzaError NAME_TOO_LONG =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "Namespace and name may have 300 characters together.");
    private static final StanzaError FULL = StanzaError.of(
                    Condition.RESOURCE_CONSTRAINT, "The private storage is full: make other elements smaller or empty.")
            .as(StanzaError.Type.CANCEL);

    private final Publications publications;
    private final Bookmarks bookmarks;
    private final int maxElements;
    private final int maxBytes;

    public PrivateXml(Publications publications) {
        this(100, 256 * 1024, publications);
    }

    PrivateXml(int maxElements, int maxBytes, Publications publications) {
        this.publications = publications;
        this.bookmarks = new Bookmarks(publications);
        this.maxElements = maxElements;
        this.maxBytes = maxBytes;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("private")
                .implementing("XEP-0049", "1.2")
                .implementing("XEP-0048", "1.2", "in private storage")
                .implementing("XEP-0402", "1.2.0")
                .implementing("XEP-0469", "0.1.0", "kept, also when an older client sets its bookmarks")
                .advertising(QUERY.namespace())
                .advertisingAtAccount(Bookmarks.COMPATIBLE)
                .keepingHot(SIZES)
                .answering(GET, QUERY, this::get)
                .answering(SET, QUERY, this::set)
                .build();
    }

    private Reply get(Stanza iq, Owner owner) {
        var wanted = elementsOf(iq);
        if (wanted == null || wanted.size() != 1) return Reply.error(NOTHING_NAMED);
        var name = wanted.getFirst();
        if (name.is(Bookmarks.STORAGE)) {
            return publications.open(
                    owner, REST_SHELF, () -> Reply.result(queryOf(bookmarks.storage(rest(owner), owner))));
        }
        var empty = Element.empty(name.tag());
        var key = name.tag().toString();
        if (owner.shelf(SIZES).get(key) == null) return Reply.result(queryOf(empty));
        return Reply.later(owner.coldRow(ELEMENTS, key)
                .thenApply(stored -> Reply.result(queryOf(stored == null ? empty : parse(stored)))));
    }

    private Reply set(Stanza iq, Owner owner) {
        var elements = elementsOf(iq);
        if (elements == null || elements.isEmpty()) return Reply.error(NOTHING_TO_STORE);
        for (var element : elements) {
            if (!element.is(Bookmarks.STORAGE)) continue;
            var others = elements.stream().filter(one -> one != element).toList();
            return publications.open(owner, REST_SHELF, () -> setBookmarks(element, others, owner));
        }
        return set(elements, owner);
    }

    private Reply setBookmarks(Element storage, List<Element> others, Owner owner) {
        var rest = XmlWriter.toBytes(Bookmarks.others(storage), "");
        if (rest.length > maxBytes) return Reply.error(FULL);
        if (!bookmarks.set(storage, owner)) return Reply.error(UNFIT);
        owner.shelf(REST_SHELF).put(REST, rest);
        return others.isEmpty() ? Reply.empty() : set(others, owner);
    }

    private static @Nullable Element rest(Owner owner) {
        var row = owner.shelf(REST_SHELF).get(REST);
        return row == null ? null : parse(row);
    }

    private Reply set(List<Element> elements, Owner owner) {
        var rows = new HashMap<String, byte[]>();
        for (var element : elements) {
            var key = element.tag().toString();
            if (key.length() > MAX_KEY_CHARS) return Reply.error(NAME_TOO_LONG);
            rows.put(key, XmlWriter.toBytes(element, ""));
        }
        var sizes = owner.shelf(SIZES);
        if (!fits(rows, sizes)) return Reply.error(FULL);
        rows.forEach((key, bytes) -> {
            owner.putCold(ELEMENTS, key, bytes);
            sizes.put(key, ByteBuffer.allocate(4).putInt(bytes.length).array());
        });
        return Reply.empty();
    }

    private boolean fits(HashMap<String, byte[]> rows, Shelf sizes) {
        int count = rows.size();
        long bytes = 0;
        for (var row : rows.values()) bytes += row.length;
        for (var size : sizes.all().entrySet()) {
            if (rows.containsKey(size.getKey())) continue;
            count++;
            bytes += ByteBuffer.wrap(size.getValue()).getInt();
        }
        return count <= maxElements && bytes <= maxBytes;
    }

    /// The elements to keep or to find, or null when one of them has no namespace of its own.
    private static @Nullable List<Element> elementsOf(Stanza iq) {
        var query = iq.payload();
        if (query == null) return null;
        var elements = query.children();
        for (var element : elements) {
            if (element.namespace().isEmpty() || element.namespace().equals(QUERY.namespace())) return null;
        }
        return elements;
    }

    private static Element queryOf(Element element) {
        return Element.build(QUERY).child(element).build();
    }

    private static Element parse(byte[] stored) {
        try {
            return XmlReader.parseDocument(stored, XmlReader.Limits.OWN);
        } catch (XmlException e) {
            throw new IllegalStateException("a row of the shelf " + ELEMENTS + " cannot be read", e);
        }
    }
}
