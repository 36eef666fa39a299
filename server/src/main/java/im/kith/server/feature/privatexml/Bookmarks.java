package im.kith.server.feature.privatexml;

import im.kith.server.feature.Owner;
import im.kith.server.feature.Publications;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// XEP-0402 §6: the same bookmarks for clients that keep them at a node of the account, one item each, and for those
/// that keep one element `<storage/>` in private storage (XEP-0048). The node is what counts; the element is made of
/// it when asked for, and its conferences are published when it is set. The account's nodes are open
/// ([Publications#open]).
final class Bookmarks {

    static final Tag STORAGE = new Tag("storage:bookmarks", "storage");
    static final String COMPATIBLE = "urn:xmpp:bookmarks:1#compat";

    private static final String NODE = "urn:xmpp:bookmarks:1";
    private static final int MOST = 1000;

    /// How a node of bookmarks must be (XEP-0402 §3.1).
    private static final Map<String, String> CONFIG = Map.of(
            "persist_items", "1",
            "max_items", "max",
            "send_last_published_item", "never",
            "access_model", "whitelist",
            "notify_retract", "1");

    private final Publications publications;

    Bookmarks(Publications publications) {
        this.publications = publications;
    }

    /// The element as it would be set: what else was kept in it, and the conferences.
    Element storage(@Nullable Element kept, Owner owner) {
        var storage = Element.build(STORAGE);
        if (kept != null) storage.children(others(kept).children());
        for (var id : publications.ids(owner, NODE)) {
            var item = publications.item(owner, NODE, id);
            if (item != null && item.is(NODE, "conference")) storage.child(old(id, item));
        }
        return storage.build();
    }

    /// What of the element is no conference, such as bookmarks of pages.
    static Element others(Element storage) {
        return storage.without(child -> child.name().equals("conference"));
    }

    /// Publishes the conferences of the element, and retracts those that are not in it any more. False when there is no
    /// room or one has no address.
    boolean set(Element storage, Owner owner) {
        var wanted = new LinkedHashMap<String, Element>();
        for (var child : storage.children()) {
            if (!child.is(STORAGE.namespace(), "conference")) continue;
            var jid = Jid.parse(child.attribute("jid", ""));
            if (jid == null || wanted.size() >= MOST) return false;
            wanted.put(jid.toString(), child);
        }
        for (var id : publications.ids(owner, NODE)) {
            if (!wanted.containsKey(id)) publications.retract(owner, NODE, id);
        }
        for (var one : wanted.entrySet()) {
            var before = publications.item(owner, NODE, one.getKey());
            var after = fresh(one.getValue(), before);
            if (after.equals(before)) continue;
            if (!publications.publish(owner, NODE, one.getKey(), after, CONFIG)) return false;
        }
        return true;
    }

    private static Element old(String jid, Element item) {
        var conference = Element.build(STORAGE.namespace(), "conference")
                .attribute("autojoin", item.attribute("autojoin"))
                .attribute("jid", jid)
                .attribute("name", item.attribute("name"));
        for (var part : List.of("nick", "password")) conference.child(part, item.childText(NODE, part));
        return conference.build();
    }

    /// The item, with the extensions that it had: the older form does not know them.
    private static Element fresh(Element conference, @Nullable Element before) {
        var item = Element.build(NODE, "conference")
                .attribute("autojoin", conference.attribute("autojoin"))
                .attribute("name", conference.attribute("name"));
        for (var part : List.of("nick", "password")) {
            item.child(part, conference.childText(STORAGE.namespace(), part));
        }
        return item.child(before == null ? null : before.child(NODE, "extensions"))
                .build();
    }
}
