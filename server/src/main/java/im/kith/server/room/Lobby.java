package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.SERVICE_UNAVAILABLE;

import im.kith.server.account.Home;
import im.kith.server.account.Tenant;
import im.kith.server.feature.Shelf;
import im.kith.store.Entry;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Page;
import im.kith.xmpp.PageRequest;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The host `groups.<domain>` itself: says what the service is (XEP-0045 §6.1, §6.2) and lists its public rooms
/// (§6.3, XEP-0433). Rooms tell it of themselves; the persistent ones are on its shelf.
final class Lobby implements Tenant {

    static final String SHELF = "lobby";
    /// More public rooms than this are not listed.
    private static final int MOST_LISTED = 10_000;
    private static final int PAGE = 100;

    private static final List<String> FEATURES = List.of(
            Muc.INFO,
            Muc.ITEMS,
            Muc.NAMESPACE,
            Muc.REQUEST,
            Muc.STABLE_ID,
            Muc.SELF_PING,
            Muc.REGISTRATION,
            Muc.VCARD,
            Muc.ARCHIVE,
            Muc.OCCUPANT_ID,
            Muc.MODERATION,
            Muc.PING,
            Membership.NAMESPACE,
            PageRequest.NAMESPACE,
            ChannelSearch.NAMESPACE);

    private final Home home;
    private final Shelf shelf;
    private final TreeMap<String, Listing> rooms = new TreeMap<>();
    private final ChannelSearch search = new ChannelSearch();

    Lobby(Home home) {
        this.home = home;
        this.shelf = home.shelf(SHELF);
    }

    @Override
    public void awake(List<Entry> newest) {
        shelf.all().forEach((room, row) -> rooms.put(room, Listing.decoded(row)));
    }

    /// Rooms that are not persistent are known here only.
    @Override
    public boolean isNeeded() {
        return rooms.values().stream().anyMatch(listing -> !listing.persistent() || listing.occupants() > 0);
    }

    @Override
    public void arrived(Stanza stanza) {
        var from = Objects.requireNonNull(stanza.from());
        if (from.domain().equals(home.jid().domain())) {
            var told = stanza.element().child(Listing.NAMESPACE, "room");
            if (told != null && from.isBare() && from.local() != null) listed(from.toString(), told);
            return;
        }
        StanzaError error =
                switch (stanza.kind()) {
                    case IQ -> stanza.isRequest() ? request(stanza, Objects.requireNonNull(stanza.payload())) : null;
                    case MESSAGE -> StanzaError.of(SERVICE_UNAVAILABLE, "Speak to a room, not to the service.");
                    case PRESENCE ->
                        stanza.type().equals("available")
                                ? StanzaError.of(StanzaError.Condition.JID_MALFORMED, "Say which room to enter.")
                                : null;
                };
        if (error != null) home.refuse(stanza, error);
    }

    private void listed(String room, Element told) {
        var listing = Listing.of(told);
        var before = rooms.get(room);
        if (listing == null || listing.occupants() < 0) {
            rooms.remove(room);
            if (before != null && before.persistent()) shelf.remove(room);
            return;
        }
        if (before == null && rooms.size() >= MOST_LISTED) return;
        rooms.put(room, listing);
        boolean same = before != null && java.util.Arrays.equals(before.encoded(), listing.encoded());
        if (same) return;
        if (listing.persistent()) shelf.put(room, listing.encoded());
        else if (before != null && before.persistent()) shelf.remove(room);
    }

    private @Nullable StanzaError request(Stanza iq, Element payload) {
        if (iq.type().equals("set")) return StanzaError.of(SERVICE_UNAVAILABLE);
        return switch (payload.namespace()) {
            case Muc.INFO -> info(iq, payload);
            case Muc.ITEMS -> items(iq, payload);
            case Muc.PING -> {
                home.send(iq.result(null));
                yield null;
            }
            case ChannelSearch.NAMESPACE ->
                switch (search.answer(payload, rooms)) {
                    case ChannelSearch.Refused(var error) -> error;
                    case ChannelSearch.Found(var answer) -> {
                        home.send(iq.result(answer));
                        yield null;
                    }
                };
            default -> StanzaError.of(SERVICE_UNAVAILABLE, "The service of groups does not answer that.");
        };
    }

    private @Nullable StanzaError info(Stanza iq, Element payload) {
        if (payload.attribute("node") != null) return StanzaError.of(ITEM_NOT_FOUND);
        var query = Element.build(Muc.INFO, "query").child("identity", one -> one.attribute("category", "conference")
                .attribute("type", "text")
                .attribute("name", Rooms.TITLE));
        for (var feature : FEATURES) query.child("feature", one -> one.attribute("var", feature));
        home.send(iq.result(query.build()));
        return null;
    }

    private @Nullable StanzaError items(Stanza iq, Element payload) {
        if (payload.attribute("node") != null) return StanzaError.of(ITEM_NOT_FOUND);
        var page = PageRequest.parse(payload);
        if (page == null) return StanzaError.of(BAD_REQUEST, "The page is malformed.");
        if (page.index() != null) return StanzaError.of(NOT_ACCEPTABLE, "Pages are found by before and after.");
        boolean paged = payload.child(PageRequest.NAMESPACE, "set") != null || rooms.size() > PAGE;
        int most = page.max(PAGE, PAGE);
        var shown = page(rooms, page, most);
        var query = Element.build(Muc.ITEMS, "query");
        shown.forEach((room, listing) -> query.child("item", item -> item.attribute("jid", room)
                .attribute("name", listing.name().isEmpty() ? name(room) : listing.name())));
        if (paged) query.child(said(rooms, shown));
        home.send(iq.result(query.build()));
        return null;
    }

    /// The part of the rooms that is asked for, in the order of their addresses.
    static SortedMap<String, Listing> page(SortedMap<String, Listing> all, PageRequest page, int most) {
        var shown = new TreeMap<String, Listing>();
        if (page.isBackwards()) {
            var before = Objects.requireNonNull(page.before());
            var upTo = before.isEmpty() ? all : all.headMap(before);
            for (var each : new TreeMap<>(upTo).descendingMap().entrySet()) {
                if (shown.size() >= most) break;
                shown.put(each.getKey(), each.getValue());
            }
            return shown;
        }
        var after = page.after();
        for (var each : (after == null ? all : all.tailMap(after + "\0")).entrySet()) {
            if (shown.size() >= most) break;
            shown.put(each.getKey(), each.getValue());
        }
        return shown;
    }

    static Element said(SortedMap<String, Listing> all, SortedMap<String, Listing> shown) {
        return shown.isEmpty()
                ? Page.empty(all.size()).toElement()
                : new Page(
                                shown.firstKey(),
                                shown.lastKey(),
                                all.headMap(shown.firstKey()).size(),
                                all.size())
                        .toElement();
    }

    private static String name(String room) {
        var jid = Jid.parse(room);
        return jid == null || jid.local() == null ? room : jid.local();
    }
}
