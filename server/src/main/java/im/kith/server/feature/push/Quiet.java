package im.kith.server.feature.push;

import im.kith.server.feature.Owner;
import im.kith.server.feature.Publications;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Timestamp;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which chats wake nobody, or only by a mention: the account's notification settings (XEP-0492), as its apps keep them
/// with their chats (docs/protocol/chats.md) or with bookmarks (XEP-0402). What is set for one kind of device only is
/// not gone by: a push service does not tell what kind it wakes.
///
/// They are nodes of the account, read when one changes, or when a device begins to be woken; a message asks memory
/// alone.
///
/// ```
/// hot shelf "push.quiet": chat → "never" or "until " + milliseconds, and/or "mention", separated by commas
/// ```
final class Quiet {

    static final String SHELF = "push.quiet";

    private static final String CHATS = "urn:kith:chats:0";
    private static final String BOOKMARKS = "urn:xmpp:bookmarks:1";
    private static final String SETTINGS = "urn:xmpp:notification-settings:1";
    private static final String REFERENCE = "urn:xmpp:reference:0";
    private static final String REPLY = "urn:xmpp:reply:0";
    private static final int MOST_CHATS = 2_000;

    private final Publications publications;

    Quiet(Publications publications) {
        this.publications = publications;
        publications.onChange((node, owner) -> {
            if (node.equals(CHATS) || node.equals(BOOKMARKS)) read(owner);
        });
    }

    /// What the account's nodes say, which are in memory.
    void read(Owner owner) {
        var now = new HashMap<String, String>();
        for (var node : List.of(BOOKMARKS, CHATS)) {
            if (!publications.has(owner, node)) continue;
            for (var id : publications.ids(owner, node)) {
                var item = publications.item(owner, node, id);
                var chat = Jid.parse(id);
                if (item == null || chat == null || now.size() >= MOST_CHATS) continue;
                var said = said(node.equals(CHATS) ? item : item.child(BOOKMARKS, "extensions"), item);
                if (said != null) now.put(chat.bare().toString(), said);
            }
        }
        var shelf = owner.shelf(SHELF);
        for (var chat : List.copyOf(shelf.all().keySet())) if (!now.containsKey(chat)) shelf.remove(chat);
        now.forEach((chat, said) -> {
            var before = shelf.get(chat);
            if (before == null || !said.equals(text(before))) shelf.put(chat, said.getBytes(StandardCharsets.UTF_8));
        });
    }

    private static @Nullable String said(@Nullable Element around, Element item) {
        var notify = around == null ? null : around.child(SETTINGS, "notify");
        var never = notify == null ? null : fallback(notify, "never");
        boolean mention = item.attribute("mentions", "").equals("only")
                || notify != null && fallback(notify, "on-mention") != null;
        if (never == null) return mention ? "mention" : null;
        var advanced = never.child(SETTINGS, "advanced");
        var until = advanced == null ? null : advanced.child(CHATS, "until");
        var when = until == null ? null : Timestamp.parse(until.attribute("stamp", ""));
        return (when == null ? "never" : "until " + when.toEpochMilli()) + (mention ? ",mention" : "");
    }

    /// The one for every kind of device.
    private static @Nullable Element fallback(Element notify, String name) {
        for (var child : notify.children())
            if (child.is(SETTINGS, name) && child.attribute("identity-category") == null) return child;
        return null;
    }

    private static String text(byte[] row) {
        return new String(row, StandardCharsets.UTF_8);
    }

    /// Whether this message is to wake nobody.
    static boolean covers(Stanza message, Owner owner) {
        var from = message.from();
        var row = from == null ? null : owner.shelf(SHELF).get(from.bare().toString());
        if (from == null || row == null) return false;
        for (var rule : text(row).split(",")) {
            if (rule.equals("never")) return true;
            if (rule.startsWith("until ") && owner.nowMillis() < Long.parseLong(rule.substring(6))) return true;
            if (rule.equals("mention")) return !mentions(message.element(), owner, from.bare());
        }
        return false;
    }

    /// Whether it names or answers the account, or names all of the group; of what is encrypted nobody here knows.
    private static boolean mentions(Element message, Owner owner, Jid chat) {
        for (var child : message.children()) {
            if (child.name().equals("encrypted")) return true;
            Jid who = null;
            if (child.is(REPLY, "reply")) who = Jid.parse(child.attribute("to", ""));
            else if (child.is(REFERENCE, "reference")
                    && child.attribute("type", "").equals("mention")) who = address(child.attribute("uri", ""));
            if (who == null) continue;
            if (who.bare().equals(owner.jid())) return true;
            if (child.name().equals("reference") && who.bare().equals(chat)) return true;
        }
        return false;
    }

    private static @Nullable Jid address(String uri) {
        try {
            var parsed = new URI(uri);
            if (!"xmpp".equals(parsed.getScheme())) return null;
            return Jid.parse(parsed.getSchemeSpecificPart().replaceFirst("\\?.*", ""));
        } catch (URISyntaxException none) {
            return null;
        }
    }
}
