package im.kith.server.account;

import im.kith.store.Entry;
import im.kith.store.Scan;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.PageRequest;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0313 §4: what a device asks of the archive, as a value.
///
/// Which messages: between the ids `afterId` and `beforeId` (both excluded), received from `fromMillis` to `toMillis`
/// (both included), to or from `with` if given; or those named by `ids`. Of these one page (XEP-0059): at most `max`,
/// the oldest after `pageAfter`, or if `backwards` the newest before `pageBefore`. `flipped` turns the page around when
/// it is sent. `mentioned` are all ids that must be in the archive.
record ArchiveQuery(
        @Nullable Jid with,
        long fromMillis,
        long toMillis,
        long afterId,
        long beforeId,
        @Nullable List<Long> ids,
        int max,
        long pageAfter,
        long pageBefore,
        boolean backwards,
        boolean flipped,
        @Nullable String queryId,
        List<Long> mentioned) {

    static final String NAMESPACE = "urn:xmpp:mam:2";
    static final int MAX_PAGE = 100;
    static final int DEFAULT_PAGE = 50;

    private static final String FORM = DataForm.NAMESPACE;
    private static final String VALIDATE = "http://jabber.org/protocol/xdata-validate";
    /// The number of no entry.
    private static final long HIDDEN = Long.MAX_VALUE - 2;

    private static final int MAX_QUERY_ID_CHARS = 1023;
    private static final List<String> TRUTHS = List.of("true", "1", "false", "0");
    /// Of the year 9999, the last that XEP-0082 can write.
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final StanzaError WRONG_FORM =
            StanzaError.of(Condition.BAD_REQUEST, "The form's FORM_TYPE must be urn:xmpp:mam:2, each field single.");
    private static final StanzaError WRONG_TIME = StanzaError.of(
            Condition.BAD_REQUEST, "start and end must be dates and times like 2026-07-10T23:08:25Z (XEP-0082).");
    private static final StanzaError WRONG_ADDRESS =
            StanzaError.of(Condition.JID_MALFORMED, "The field with must hold one address.");
    private static final StanzaError WRONG_PAGE =
            StanzaError.of(Condition.BAD_REQUEST, "max must be a number from 0 upwards.");
    private static final StanzaError NO_INDEX =
            StanzaError.of(Condition.FEATURE_NOT_IMPLEMENTED, "Pages are found by before and after, not by index.");
    private static final StanzaError NO_NODES =
            StanzaError.of(Condition.ITEM_NOT_FOUND, "An account's archive has no nodes.");
    private static final StanzaError TOO_MANY_IDS =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "A query may ask for 100 ids; ask again for more.");
    private static final StanzaError QUERY_ID_TOO_LONG =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "queryid may have 1023 characters.");

    /// A query, or why it is none.
    sealed interface Parsed {}

    record Accepted(ArchiveQuery query) implements Parsed {}

    record Refused(StanzaError error) implements Parsed {}

    /// Reads `<query xmlns='urn:xmpp:mam:2'/>` of an iq-set.
    static Parsed parse(Element query) {
        try {
            return new Accepted(new Reading().read(query));
        } catch (Refusal refusal) {
            return new Refused(refusal.error);
        }
    }

    /// The fields a query may have (XEP-0313 §4.1.5).
    static Element form() {
        return Element.build(NAMESPACE, "query")
                .child(Element.build(FORM, "x")
                        .attribute("type", "form")
                        .child("field", field -> field.attribute("type", "hidden")
                                .attribute("var", "FORM_TYPE")
                                .child("value", NAMESPACE))
                        .children(List.of(
                                field("jid-single", "with"),
                                field("text-single", "start"),
                                field("text-single", "end"),
                                field("text-single", "before-id"),
                                field("text-single", "after-id"),
                                field("list-multi", "ids")
                                        .plus(Element.build(VALIDATE, "validate")
                                                .attribute("datatype", "xs:string")
                                                .child(Element.empty(VALIDATE, "open"))
                                                .build()),
                                field("boolean", "include-groupchat")))
                        .build())
                .build();
    }

    /// The part of the archive that matches, regardless of pages; a resource in `with` is left to [#matches].
    Scan all(int limit) {
        return scan(afterId, beforeId, limit, false);
    }

    /// The next `limit` entries towards the page's far end, given what was read before.
    Scan page(long after, long before, int limit) {
        return scan(Math.max(after, afterId), Math.min(before, beforeId), limit, backwards);
    }

    private Scan scan(long after, long before, int limit, boolean newest) {
        var peer = with == null ? null : with.bare().toString();
        return new Scan(after, before, fromMillis, toMillis, Filed.ARCHIVED, peer, limit, newest);
    }

    /// The same for who sees entries after `seq` only: older ones can be neither found nor named.
    ArchiveQuery after(long seq) {
        if (seq <= 0) return this;
        var named = new ArrayList<Long>();
        for (long id : mentioned) named.add(id > seq ? id : HIDDEN);
        return new ArchiveQuery(
                with,
                fromMillis,
                toMillis,
                Math.max(afterId, seq),
                beforeId,
                ids,
                max,
                pageAfter,
                pageBefore,
                backwards,
                flipped,
                queryId,
                named);
    }

    /// Whether `with` names a resource, which the store does not know.
    boolean exact() {
        return with != null && with.isFull();
    }

    /// Whether the page is cut out of the result by an id.
    boolean continues() {
        return pageAfter > 0 || pageBefore < Long.MAX_VALUE;
    }

    /// Whether an entry that was found by its id also fits the other fields.
    boolean matches(Entry entry) {
        return entry.seq() > afterId
                && entry.seq() < beforeId
                && entry.timeMillis() >= fromMillis
                && entry.timeMillis() <= toMillis
                && (with == null || isWith(entry, with));
    }

    private static boolean isWith(Entry entry, Jid with) {
        return with.bare().toString().equals(entry.peer()) && (with.isBare() || StoredMessage.isWith(entry, with));
    }

    private static Element field(String type, String name) {
        return Element.build(FORM, "field")
                .attribute("type", type)
                .attribute("var", name)
                .build();
    }

    private static final class Refusal extends Exception {
        final transient StanzaError error;

        Refusal(StanzaError error) {
            super(null, null, false, false);
            this.error = error;
        }
    }

    /// A query while it is being read.
    private static final class Reading {
        private @Nullable Jid with;
        private long fromMillis;
        private long toMillis = Long.MAX_VALUE;
        private long afterId;
        private long beforeId = Long.MAX_VALUE;
        private @Nullable List<Long> ids;
        private int max;
        private long pageAfter;
        private long pageBefore = Long.MAX_VALUE;
        private boolean backwards;
        private final LinkedHashSet<Long> mentioned = new LinkedHashSet<>();

        ArchiveQuery read(Element query) throws Refusal {
            if (query.attribute("node") != null) throw new Refusal(NO_NODES);
            var queryId = query.attribute("queryid");
            if (queryId != null && queryId.length() > MAX_QUERY_ID_CHARS) throw new Refusal(QUERY_ID_TOO_LONG);
            var form = query.child(FORM, "x");
            if (form != null) form(form);
            page(query);
            return new ArchiveQuery(
                    with,
                    fromMillis,
                    toMillis,
                    afterId,
                    beforeId,
                    ids,
                    max,
                    pageAfter,
                    pageBefore,
                    backwards,
                    query.child(NAMESPACE, "flip-page") != null,
                    queryId,
                    List.copyOf(mentioned));
        }

        private void form(Element x) throws Refusal {
            var form = DataForm.parse(x);
            if (form == null || !NAMESPACE.equals(form.formType())) throw new Refusal(WRONG_FORM);
            for (var field : form.fields()) {
                var values = field.values();
                switch (String.valueOf(field.name())) {
                    case "with" -> with = address(single(values));
                    case "start" -> fromMillis = time(single(values));
                    case "end" -> toMillis = time(single(values));
                    case "after-id" -> afterId = mention(single(values));
                    case "before-id" -> beforeId = mention(single(values));
                    case "ids" -> ids(values);
                    // §4.1.4: an account's archive holds none, whatever is said; a room's nothing else.
                    case "include-groupchat" -> truth(single(values));
                    default ->
                        throw new Refusal(StanzaError.of(
                                Condition.FEATURE_NOT_IMPLEMENTED,
                                "There is no such field; ask for the form with an iq of type get."));
                }
            }
        }

        private void ids(List<String> values) throws Refusal {
            if (values.size() > MAX_PAGE) throw new Refusal(TOO_MANY_IDS);
            var named = new LinkedHashSet<Long>();
            for (var value : values) named.add(mention(value));
            ids = List.copyOf(named);
        }

        private void page(Element query) throws Refusal {
            var page = PageRequest.parse(query);
            if (page == null) throw new Refusal(WRONG_PAGE);
            if (page.index() != null) throw new Refusal(NO_INDEX);
            max = page.max(DEFAULT_PAGE, MAX_PAGE);
            backwards = page.isBackwards();
            var after = page.after();
            if (after != null && !after.isEmpty()) pageAfter = mention(after);
            var before = page.before();
            if (before != null && !before.isEmpty()) pageBefore = mention(before);
        }

        private long mention(String id) throws Refusal {
            long seq = ArchiveId.parse(id);
            if (seq < 0) throw new Refusal(StanzaError.of(Condition.ITEM_NOT_FOUND));
            mentioned.add(seq);
            return seq;
        }

        private static String single(List<String> values) throws Refusal {
            if (values.size() != 1) throw new Refusal(WRONG_FORM);
            return values.getFirst();
        }

        private static void truth(String text) throws Refusal {
            if (!TRUTHS.contains(text)) throw new Refusal(WRONG_FORM);
        }

        private static Jid address(String text) throws Refusal {
            var jid = Jid.parse(text);
            if (jid == null) throw new Refusal(WRONG_ADDRESS);
            return jid;
        }

        private static long time(String text) throws Refusal {
            var moment = Timestamp.parse(text);
            if (moment == null || moment.getEpochSecond() > LAST_SECOND) throw new Refusal(WRONG_TIME);
            return Math.max(0, moment.toEpochMilli());
        }
    }
}
