package im.kith.server.account;

import im.kith.store.Scan;
import im.kith.store.Store;
import im.kith.xmpp.Timestamp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// An account's whole archive, page by page, for who exports it: XEP-0313's `<result/>` of each message, oldest first.
public final class ArchivePages {

    private static final int PAGE = 200;
    private static final byte[] OPEN = utf8("<message");
    private static final byte[] NAMESPACED = utf8("<message xmlns='jabber:client'");
    private static final byte[] END = utf8("</forwarded></result>");

    /// `last` is where the next page begins; without results there is none.
    public record Page(List<byte[]> results, long last) {}

    private ArchivePages() {}

    /// What comes after `after`, which is 0 at first.
    public static CompletionStage<Page> read(Store store, String account, long after) {
        var scan = new Scan(after, Long.MAX_VALUE, 0, Long.MAX_VALUE, Filed.ARCHIVED, null, PAGE, false);
        return store.read(account, scan).thenApply(entries -> {
            var results = new ArrayList<byte[]>(entries.size());
            for (var entry : entries) {
                var stored = entry.body().bytes();
                var out = new ByteArrayOutputStream(stored.length + 256);
                out.writeBytes(utf8("<result xmlns='urn:xmpp:mam:2' id='" + ArchiveId.of(entry.seq())
                        + "'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='"
                        + Timestamp.of(entry.timeMillis()) + "'/>"));
                out.writeBytes(NAMESPACED);
                out.write(stored, OPEN.length, stored.length - OPEN.length);
                out.writeBytes(END);
                results.add(out.toByteArray());
            }
            return new Page(
                    results, entries.isEmpty() ? after : entries.getLast().seq());
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
