package im.kith.server.account;

import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Xml.stanza;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.Replies;
import im.kith.store.Body;
import im.kith.store.Entry;
import im.kith.xmpp.Element;
import im.kith.xmpp.PageRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The stage for XEP-0313: an archive over a store in memory, and what is asked of it.
abstract class ArchiveStage {

    static final String JULIET = "juliet@capulet.lit";
    static final String ROMEO = "romeo@montague.lit";
    static final long START = Instant.parse("2010-07-10T23:08:25Z").toEpochMilli();

    final ListStore store = new ListStore();
    final Archive archive = new Archive(store);

    void keepTen() {
        for (int i = 1; i <= 10; i++) keep(i, START + 1000L * (i - 1), ROMEO);
    }

    void keep(long seq, long timeMillis, String peer) {
        keep(seq, timeMillis, peer, "<message from='" + peer + "'><body>" + seq + "</body></message>");
    }

    void keep(long seq, long timeMillis, String peer, String message) {
        store.entries.add(new Entry(seq, timeMillis, Filed.ARCHIVED, peer, 0, new byte[0], body(message)));
    }

    static Body body(String message) {
        return new Body(message.getBytes(StandardCharsets.UTF_8));
    }

    Archive.Answer ask(String payload) {
        return answer(payload, true);
    }

    Archive.Answer answer(String payload, boolean set) {
        return archive.answer(JULIET, jid(JULIET), xml(payload), set, jid(JULIET + "/balcony"), 0, Map.of())
                .toCompletableFuture()
                .join();
    }

    static List<Long> ids(Archive.Answer answer) {
        assertTrue(Replies.payload(answer.reply()) != null);
        return answer.messages().stream()
                .map(message -> ArchiveId.parse(resultOf(message).attribute("id")))
                .toList();
    }

    static Element resultOf(byte[] message) {
        return Objects.requireNonNull(stanza(message).child("urn:xmpp:mam:2", "result"));
    }

    static Element fin(Archive.Answer answer) {
        return Objects.requireNonNull(Replies.payload(answer.reply()));
    }

    static Element rsmOf(Archive.Answer answer) {
        return Objects.requireNonNull(fin(answer).child(PageRequest.NAMESPACE, "set"));
    }

    static @Nullable String count(Archive.Answer answer) {
        return rsmOf(answer).childText(PageRequest.NAMESPACE, "count");
    }

    static String id(long seq) {
        return ArchiveId.of(seq);
    }

    static String form(String fields) {
        return query(fields, "");
    }

    static String query(String fields, String rsm) {
        return "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>"
                + "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>" + fields + "</x>" + rsm
                + "</query>";
    }

    static String field(String name, String value) {
        return "<field var='" + name + "'><value>" + value + "</value></field>";
    }

    static String rsm(String content) {
        return "<set xmlns='http://jabber.org/protocol/rsm'>" + content + "</set>";
    }
}
