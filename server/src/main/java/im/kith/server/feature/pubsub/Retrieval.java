package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Page;
import im.kith.xmpp.PageRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Items are read: all, the newest, some by id, page by page (XEP-0060 §6.5, XEP-0059).
///
/// All means at most as many as fit one answer; the rest is to be asked for by page. Errors: what [Rules#reading]
/// says; `not-acceptable` with `invalid-subid`; `bad-request` with `subid-required`; `feature-not-implemented` with
/// `persistent-items`; `item-not-found` for a page beside an item that is not there.
final class Retrieval {

    private static final int PAGE = 500;
    private static final int MOST_BYTES = 1 << 20;

    private final Host host;

    Retrieval(Host host) {
        this.host = host;
    }

    Reply items(Jid from, Element pubsub, Element asked) {
        var answer = all(from, pubsub, asked);
        return answer instanceof Reply.Result(var found) && found != null
                ? Reply.result(host.shown(Administration.name(asked), found, from))
                : answer;
    }

    private Reply all(Jid from, Element pubsub, Element asked) {
        var node = Rules.find(host, Administration.name(asked), from);
        var refusal = Rules.reading(host, node, from);
        if (refusal != null) throw refusal;
        var subid = asked.attribute("subid");
        if (subid != null
                && node.subscriptions().stream()
                        .noneMatch(one ->
                                one.subid().equals(subid) && one.jid().bare().equals(from.bare()))) {
            throw Refusal.of(NOT_ACCEPTABLE, "invalid-subid", "You have no subscription of that id.");
        }
        long own = node.subscriptions().stream()
                .filter(one -> one.jid().bare().equals(from.bare()))
                .count();
        if (subid == null && own > 1) {
            throw Refusal.of(BAD_REQUEST, "subid-required", "Say for which of your subscriptions, by its subid.");
        }
        if (node.isCollection()) throw Refusal.unsupported("retrieve-items", "A collection has no items.");
        if (!node.config.is("persist_items")) {
            throw Refusal.unsupported("persistent-items", "The node keeps no items.");
        }
        Publishing.expire(host, node);
        var named = named(asked);
        if (!named.isEmpty()) return Reply.result(answer(node, named, null, true));
        var most = most(asked);
        var page = PageRequest.parse(pubsub);
        if (page == null) throw Refusal.of(BAD_REQUEST, "A page's numbers are whole numbers.");
        var ids = host.nodes().ids(node.name);
        if (most != null) ids = ids.subList(Math.max(0, ids.size() - most), ids.size());
        if (page != PageRequest.FIRST) return paged(node, ids, page);
        // Newest first is what fits; it is said that there is more.
        int shown = fitting(node, ids);
        if (shown == ids.size()) return Reply.result(answer(node, ids, null, false));
        int first = ids.size() - shown;
        var rest = ids.subList(first, ids.size());
        return Reply.result(answer(node, rest, new Page(rest.getFirst(), rest.getLast(), first, ids.size()), false));
    }

    private static List<String> named(Element asked) {
        var ids = new ArrayList<String>();
        for (var item : asked.children()) {
            var id = item.attribute("id");
            if (item.name().equals("item") && id != null && ids.size() < PAGE) ids.add(id);
        }
        return ids;
    }

    private static @Nullable Integer most(Element asked) {
        var text = asked.attribute("max_items");
        if (text == null) return null;
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw Refusal.of(BAD_REQUEST, "max_items is a whole number.");
        }
        return Integer.valueOf(text);
    }

    private int fitting(Node node, List<String> ids) {
        int bytes = 0;
        int count = 0;
        for (int i = ids.size() - 1; i >= 0 && count < PAGE; i--, count++) {
            var item = host.nodes().item(node.name, ids.get(i));
            bytes += item == null ? 0 : item.content().length;
            if (bytes > MOST_BYTES && count > 0) break;
        }
        return count;
    }

    /// Pages count from the newest item (§6.5.4 leaves the order open; XEP-0413 is not asked for): oldest first.
    private Reply paged(Node node, List<String> ids, PageRequest page) {
        int max = page.max(PAGE, PAGE);
        if (max == 0) return Reply.result(answer(node, List.of(), Page.empty(ids.size()), false));
        int from;
        int to;
        if (page.isBackwards()) {
            var before = page.before();
            to = before == null || before.isEmpty() ? ids.size() : position(ids, before);
            from = Math.max(0, to - max);
        } else {
            var after = page.after();
            var index = page.index();
            from = after != null ? position(ids, after) + 1 : index == null ? 0 : Math.min(index, ids.size());
            to = Math.min(ids.size(), from + max);
        }
        var part = ids.subList(from, to);
        if (part.isEmpty()) return Reply.result(answer(node, part, Page.empty(ids.size()), false));
        return Reply.result(answer(node, part, new Page(part.getFirst(), part.getLast(), from, ids.size()), false));
    }

    private static int position(List<String> ids, String id) {
        int position = ids.indexOf(id);
        if (position < 0) throw Refusal.of(ITEM_NOT_FOUND, "The item beside the page is not there any more.");
        return position;
    }

    private Element answer(Node node, List<String> ids, @Nullable Page page, boolean named) {
        boolean withPublisher = "publisher".equals(node.config.value("itemreply"));
        var items = Element.build(Names.PUBSUB, "items").attribute("node", node.name);
        for (var id : named ? List.copyOf(new java.util.LinkedHashSet<>(ids)) : Collections.unmodifiableList(ids)) {
            var item = host.nodes().item(node.name, id);
            if (item != null) items.child(item.toElement(Names.PUBSUB, true, withPublisher));
        }
        return Element.build(Names.PUBSUB, "pubsub")
                .child(items.build())
                .child(page == null ? null : page.toElement())
                .build();
    }
}
