package im.kith.server.account;

import im.kith.store.Entry;
import im.kith.xmpp.Jid;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A message as it stands in an account's log: the bytes of `<message …>…</message>`, written by
/// [im.kith.xmpp.XmlWriter] for a `jabber:client` stream (so without `xmlns`, attributes in single quotes, `<`, `>` and
/// `'` in them escaped). Looks into the start tag without parsing the rest.
final class StoredMessage {

    private StoredMessage() {}

    /// Whether the message is to or from exactly this address.
    static boolean isWith(Entry entry, Jid address) {
        var bytes = entry.body().bytes();
        int end = 0;
        while (end < bytes.length && bytes[end] != '>') end++;
        var tag = new String(bytes, 0, end, StandardCharsets.UTF_8);
        return address.equals(address(tag, " from='")) || address.equals(address(tag, " to='"));
    }

    private static @Nullable Jid address(String tag, String attribute) {
        int from = tag.indexOf(attribute);
        if (from < 0) return null;
        int start = from + attribute.length();
        int end = tag.indexOf('\'', start);
        if (end < 0) return null;
        return Jid.parse(tag.substring(start, end)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&apos;", "'")
                .replace("&quot;", "\"")
                .replace("&amp;", "&"));
    }
}
