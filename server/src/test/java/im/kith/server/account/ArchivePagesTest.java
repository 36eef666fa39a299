package im.kith.server.account;

import static im.kith.server.feature.FakeOwner.jid;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.feature.Replies;
import im.kith.store.Entry;
import im.kith.xmpp.PageRequest;
import im.kith.xmpp.StanzaError.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// XEP-0313 §4.1, §4.3: which messages of the archive are shown, and page by page.
class ArchivePagesTest extends ArchiveStage {

    @Nested
    class Filters {

        @ParameterizedTest
        @ValueSource(strings = {"true", "0"})
        void with_rooms_or_without_is_the_same_since_they_are_not_in_it(String with) { // §4.1.4
            keepTen();

            assertEquals(
                    10, ids(ask(query(field("include-groupchat", with), ""))).size());
        }

        @Test
        void by_address() {
            keep(1, START, ROMEO, "<message from='romeo@montague.lit/orchard' to='juliet@capulet.lit'/>");
            keep(2, START, "nurse@capulet.lit", "<message to='nurse@capulet.lit' from='juliet@capulet.lit/balcony'/>");
            keep(3, START, ROMEO, "<message from='juliet@capulet.lit/balcony' to='romeo@montague.lit/garden'/>");
            keep(4, START, JULIET, "<message from='juliet@capulet.lit/balcony' to='juliet@capulet.lit'/>");

            assertEquals(List.of(1L, 3L), ids(ask(form(field("with", "ROMEO@montague.lit")))));
            assertEquals(List.of(1L), ids(ask(form(field("with", "romeo@montague.lit/orchard")))));
            assertEquals(List.of(3L), ids(ask(form(field("with", "romeo@montague.lit/garden")))));
            assertEquals(List.of(), ids(ask(form(field("with", "romeo@montague.lit/elsewhere")))));
            assertEquals(List.of(4L), ids(ask(form(field("with", JULIET)))));
        }

        @Test
        void an_address_with_escaped_characters() {
            keep(1, START, ROMEO, "<message from='romeo@montague.lit/a&apos;&amp;&lt;b' to='juliet@capulet.lit'/>");

            assertEquals(List.of(1L), ids(ask(form(field("with", "romeo@montague.lit/a&apos;&amp;&lt;b")))));
        }

        @Test
        void a_resource_is_looked_for_across_many_entries() {
            for (int i = 1; i <= 300; i++) {
                keep(i, START, ROMEO, "<message from='romeo@montague.lit/" + (i % 50 == 0 ? "x" : "y") + "'/>");
            }

            var oldest = ask(query(field("with", "romeo@montague.lit/x"), rsm("<max>3</max>")));
            assertEquals(List.of(50L, 100L, 150L), ids(oldest));
            assertEquals(null, fin(oldest).attribute("complete"));

            var newest = ask(query(field("with", "romeo@montague.lit/x"), rsm("<max>10</max><before/>")));
            assertEquals(List.of(50L, 100L, 150L, 200L, 250L, 300L), ids(newest));
            assertEquals("true", fin(newest).attribute("complete"));
            assertEquals("6", count(newest));
        }

        @Test
        void looking_for_a_resource_ends_after_many_entries() {
            for (int i = 1; i <= 10_100; i++) keep(i, START, ROMEO, "<message from='romeo@montague.lit/y'/>");

            assertEquals(
                    Condition.RESOURCE_CONSTRAINT,
                    Replies.error(ask(form(field("with", "romeo@montague.lit/x")))
                                    .reply())
                            .condition());
        }

        @ParameterizedTest
        @CsvSource({
            // seconds 0 to 9 hold the messages 1 to 10
            "2010-07-10T23:08:25Z,      2010-07-10T23:08:34Z,      1, 10",
            "2010-07-10T23:08:26Z,      2010-07-10T23:08:28Z,      2, 4",
            "2010-07-10T23:08:26.001Z,  2010-07-10T23:08:28.999Z,  3, 4",
            "2010-07-11T01:08:26+02:00, 2010-07-10T18:08:28-05:00, 2, 4",
            "2010-07-10T23:08:34Z,      2010-07-10T23:08:34Z,      10, 10",
        })
        void by_time_both_ends_included(String start, String end, int first, int last) {
            keepTen();

            assertEquals(
                    LongStream.rangeClosed(first, last).boxed().toList(),
                    ids(ask(form(field("start", start) + field("end", end)))));
        }

        @Test
        void by_ids_both_ends_excluded() {
            keepTen();

            assertEquals(List.of(9L, 10L), ids(ask(form(field("after-id", id(8))))));
            assertEquals(List.of(1L, 2L), ids(ask(form(field("before-id", id(3))))));
            assertEquals(List.of(4L, 5L), ids(ask(form(field("after-id", id(3)) + field("before-id", id(6))))));
            assertEquals(List.of(), ids(ask(form(field("after-id", id(6)) + field("before-id", id(3))))));
        }

        @Test
        void single_messages_by_their_ids_in_the_order_of_the_archive() {
            keepTen();

            var answer = ask(form("<field var='ids'><value>" + id(7) + "</value><value>" + id(2) + "</value><value>"
                    + id(7) + "</value></field>"));

            assertEquals(List.of(2L, 7L), ids(answer));
            assertEquals("true", fin(answer).attribute("complete"));
            assertEquals("2", count(answer));
        }

        @Test
        void ids_go_together_with_the_other_fields_and_pages() {
            keepTen();
            keep(11, START + 10_000, "nurse@capulet.lit");
            var all = "<field var='ids'>"
                    + LongStream.rangeClosed(1, 11)
                            .mapToObj(seq -> "<value>" + id(seq) + "</value>")
                            .reduce("", String::concat)
                    + "</field>";

            assertEquals(List.of(11L), ids(ask(form(all + field("with", "nurse@capulet.lit")))));
            var page = ask(query(all, rsm("<max>2</max><before>" + id(5) + "</before>")));
            assertEquals(List.of(3L, 4L), ids(page));
            assertEquals(null, fin(page).attribute("complete"));
            assertEquals("11", count(page));
        }
    }

    @Nested
    class Pages {

        @Test
        void the_first_page_and_the_next() {
            keepTen();

            var first = ask(query("", rsm("<max>4</max>")));
            assertEquals(List.of(1L, 2L, 3L, 4L), ids(first));
            assertEquals(null, fin(first).attribute("complete"));
            assertEquals("10", count(first));

            var last = ask(query("", rsm("<max>6</max><after>" + id(4) + "</after>")));
            assertEquals(List.of(5L, 6L, 7L, 8L, 9L, 10L), ids(last));
            assertEquals("true", fin(last).attribute("complete"));
            assertEquals("10", count(last));
        }

        @Test
        void the_last_page_and_the_one_before() {
            keepTen();

            var last = ask(query("", rsm("<max>4</max><before/>")));
            assertEquals(List.of(7L, 8L, 9L, 10L), ids(last));
            assertEquals(null, fin(last).attribute("complete"));

            var first = ask(query("", rsm("<max>6</max><before>" + id(7) + "</before>")));
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), ids(first));
            assertEquals("true", fin(first).attribute("complete"));
        }

        @Test
        void a_flipped_page_has_the_same_messages_the_other_way_round() {
            keepTen();

            var page =
                    ask("<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>3</max><after>"
                            + id(4) + "</after></set><flip-page/></query>");

            assertEquals(List.of(7L, 6L, 5L), ids(page));
            assertEquals(id(5), rsmOf(page).childText(PageRequest.NAMESPACE, "first"));
            assertEquals(id(7), rsmOf(page).childText(PageRequest.NAMESPACE, "last"));
        }

        @Test
        void nobody_gets_more_than_a_hundred_and_who_says_nothing_gets_fifty() {
            for (int i = 1; i <= 120; i++) keep(i, START, ROMEO);

            assertEquals(100, ids(ask(query("", rsm("<max>1000</max>")))).size());
            assertEquals(50, ids(ask("<query xmlns='urn:xmpp:mam:2'/>")).size());
        }

        @Test
        void a_page_of_none_tells_the_count() {
            keepTen();

            var answer = ask(query(field("with", ROMEO), rsm("<max>0</max>")));

            assertEquals(List.of(), ids(answer));
            assertEquals("10", count(answer));
            assertEquals(null, fin(answer).attribute("complete"));
        }

        @Test
        void a_page_reads_one_entry_more_than_it_shows() {
            for (int i = 1; i <= 120; i++) keep(i, START, ROMEO);

            ask(query("", rsm("<max>50</max>")));

            assertEquals(51, store.handedOut);
        }

        @Test
        void large_messages_end_a_page_early() {
            var text = "x".repeat(100_000);
            for (int i = 1; i <= 20; i++) keep(i, START, ROMEO, "<message><body>" + text + "</body></message>");

            var page = ask("<query xmlns='urn:xmpp:mam:2'/>");
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), ids(page));
            assertEquals(null, fin(page).attribute("complete"));

            var newest = ask(query("", rsm("<before/>")));
            assertEquals(List.of(15L, 16L, 17L, 18L, 19L, 20L), ids(newest));
            assertEquals(null, fin(newest).attribute("complete"));
        }
    }

    @Property(tries = 200)
    void pages_forwards_and_backwards_show_every_message_once_in_order(
            @ForAll @IntRange(max = 60) int messages, @ForAll @IntRange(min = 1, max = 12) int max) {
        var store = new ListStore();
        var archive = new Archive(store);
        for (int i = 1; i <= messages; i++) {
            store.entries.add(new Entry(3L * i, START, 1, ROMEO, 0, new byte[0], body("<message/>")));
        }
        var all = IntStream.rangeClosed(1, messages).mapToObj(i -> 3L * i).toList();

        assertEquals(all, walk(archive, max, true));
        assertEquals(all, walk(archive, max, false));
    }

    private static List<Long> walk(Archive archive, int max, boolean forwards) {
        var seen = new ArrayList<Long>();
        String id = "";
        while (true) {
            var direction =
                    forwards ? (id.isEmpty() ? "" : "<after>" + id + "</after>") : "<before>" + id + "</before>";
            var answer = archive.answer(
                            JULIET,
                            jid(JULIET),
                            xml(query("", rsm("<max>" + max + "</max>" + direction))),
                            true,
                            jid(JULIET + "/balcony"),
                            0,
                            Map.of())
                    .toCompletableFuture()
                    .join();
            if (forwards) seen.addAll(ids(answer));
            else seen.addAll(0, ids(answer));
            if ("true".equals(fin(answer).attribute("complete"))) return seen;
            id = Objects.requireNonNull(rsmOf(answer).childText(PageRequest.NAMESPACE, forwards ? "last" : "first"));
        }
    }
}
