package im.kith.server.account;

import im.kith.store.Body;
import im.kith.store.Entry;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Page;
import im.kith.xmpp.Timestamp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// XEP-0313 §4.2, §4.3: one page of the archive, in the order of the log. `complete` if nothing lies beyond it in the
/// direction of paging. `count` is the size of the whole result, or -1 when nobody counted.
record ArchivePage(List<Entry> entries, boolean complete, int count) {

    private static final byte[] OPEN = utf8("<message");
    private static final byte[] NAMESPACED = utf8("<message xmlns='jabber:client'");
    private static final byte[] END = utf8("</forwarded></result></message>");

    /// This page with the size of the whole result.
    ArchivePage counted(int size) {
        return new ArchivePage(entries, complete, size);
    }

    /// This page with other bodies for some entries, by their numbers.
    ArchivePage with(Map<Long, Body> instead) {
        if (instead.isEmpty()) return this;
        var shown = new ArrayList<Entry>(entries.size());
        for (var entry : entries) {
            var body = instead.get(entry.seq());
            shown.add(
                    body == null
                            ? entry
                            : new Entry(
                                    entry.seq(),
                                    entry.timeMillis(),
                                    entry.flags(),
                                    entry.peer(),
                                    entry.key(),
                                    entry.head(),
                                    body));
        }
        return new ArchivePage(shown, complete, count);
    }

    /// The result messages in the order in which they are sent, each a complete element in a `jabber:client` stream.
    /// The stored bytes are spliced in, not parsed.
    List<byte[]> messages(ArchiveQuery query, Jid account, Jid device) {
        var head = "<message from='" + escaped(account.toString()) + "' to='" + escaped(device.toString())
                + "'><result xmlns='" + ArchiveQuery.NAMESPACE + "'"
                + (query.queryId() == null ? "" : " queryid='" + escaped(query.queryId()) + "'") + " id='";
        var messages = new ArrayList<byte[]>(entries.size());
        for (var entry : entries) messages.add(message(head, entry));
        if (query.flipped()) Collections.reverse(messages);
        return messages;
    }

    /// The `<fin/>` that closes the page.
    Element fin() {
        var size = count < 0 ? null : Integer.valueOf(count);
        var page = entries.isEmpty()
                ? Page.empty(size)
                : new Page(
                        ArchiveId.of(entries.getFirst().seq()),
                        ArchiveId.of(entries.getLast().seq()),
                        null,
                        size);
        return Element.build(ArchiveQuery.NAMESPACE, "fin")
                .attribute("complete", complete ? "true" : null)
                .child(page.toElement())
                .build();
    }

    private static byte[] message(String head, Entry entry) {
        var stored = entry.body().bytes();
        var out = new ByteArrayOutputStream(head.length() + stored.length + 256);
        out.writeBytes(utf8(head + ArchiveId.of(entry.seq()) + "'><forwarded xmlns='urn:xmpp:forward:0'>"
                + "<delay xmlns='urn:xmpp:delay' stamp='" + Timestamp.of(entry.timeMillis()) + "'/>"));
        out.writeBytes(NAMESPACED);
        out.write(stored, OPEN.length, stored.length - OPEN.length);
        out.writeBytes(END);
        return out.toByteArray();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&apos;");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
