package im.kith.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every engine promises. An engine's test says how a store is opened again and how waiting is done.
public interface StoreContract {

    /// The store under test; the same until [#reopen].
    Store store();

    /// Closes the store and opens it again; answers the new one.
    Store reopen();

    /// Everything that was submitted is kept when this returns, and what the engine does at times has been done.
    void settle();

    <T extends @Nullable Object> T await(CompletionStage<T> stage);

    static Entry entry(long seq, String peer, String body) {
        return entry(seq, 1_000 + seq, 0, peer, body);
    }

    static Entry entry(long seq, long millis, int flags, String peer, String body) {
        return new Entry(seq, millis, flags, peer, seq * 31, new byte[] {(byte) seq}, new Body(bytes(body)));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    default Journal journal() {
        return store().journal(new Quiet());
    }

    default List<Long> seqs(String owner, Scan scan) {
        return await(store().read(owner, scan)).stream().map(Entry::seq).toList();
    }

    /// Twice: as it is, and after the store was opened again.
    private void hereAndAfterReopening(Runnable check) {
        settle();
        check.run();
        reopen();
        check.run();
    }

    @Test
    default void an_entry_comes_back_as_it_went_in() {
        Entry e = new Entry(7, 123_456_789_012L, 0xA5A5, "bob@kith.test", -42, bytes("head"), new Body(bytes("böld")));
        journal().submit(new Commit().append("alice", e));
        hereAndAfterReopening(() -> {
            Entry back = await(store().read("alice", Scan.after(0, 10))).getFirst();
            assertEquals(7, back.seq());
            assertEquals(123_456_789_012L, back.timeMillis());
            assertEquals(0xA5A5, back.flags());
            assertEquals("bob@kith.test", back.peer());
            assertEquals(-42, back.key());
            assertArrayEquals(bytes("head"), back.head());
            assertArrayEquals(bytes("böld"), back.body().bytes());
        });
    }

    @Test
    default void an_unknown_owner_is_empty() {
        assertEquals(new Store.Outline(0, 0, 0, List.of()), await(store().outline("nobody")));
        assertEquals(List.of(), seqs("nobody", Scan.newest(5)));
        assertTrue(await(store().shelf("nobody", "x")).isEmpty());
        assertNull(await(store().row("nobody", "x", "y")));
    }

    @Test
    default void tickets_count_from_one_and_are_all_told() {
        Quiet listener = new Quiet();
        Journal journal = store().journal(listener);
        for (int i = 1; i <= 100; i++) assertEquals(i, journal.submit(new Commit().append("a", entry(i, "", "x"))));
        settle();
        assertEquals(100, listener.kept());
    }

    @Test
    default void scans_select_by_number_time_flags_and_peer() {
        Journal journal = journal();
        for (int i = 1; i <= 1_000; i++) {
            journal.submit(new Commit().append("a", entry(i, 10L * (i / 2), i % 4, "p" + i % 10, "body" + i)));
            journal.submit(new Commit().append("b", entry(i, "p1", "other")));
            if (i == 500) settle();
        }
        hereAndAfterReopening(() -> {
            assertEquals(List.of(1L, 2L, 3L), seqs("a", Scan.after(0, 3)));
            assertEquals(List.of(998L, 999L, 1000L), seqs("a", Scan.newest(3)));
            assertEquals(List.of(501L, 502L), seqs("a", Scan.after(500, 2)));
            assertEquals(List.of(496L, 497L), seqs("a", new Scan(0, 498, 0, Long.MAX_VALUE, 0, null, 2, true)));
            assertEquals(List.of(200L, 201L), seqs("a", new Scan(0, 500, 1_000, 1_000, 0, null, 9, false)));
            assertEquals(List.of(200L, 201L), seqs("a", new Scan(0, 500, 1_000, 1_009, 0, null, 9, true)));
            assertEquals(List.of(3L, 7L, 11L), seqs("a", new Scan(0, 500, 0, Long.MAX_VALUE, 3, null, 3, false)));
            assertEquals(List.of(975L, 985L, 995L), seqs("a", new Scan(0, 1_001, 0, Long.MAX_VALUE, 0, "p5", 3, true)));
            assertEquals(List.of(5L, 15L), seqs("a", new Scan(0, 1_001, 0, Long.MAX_VALUE, 0, "p5", 2, false)));
            assertEquals(List.of(15L, 35L), seqs("a", new Scan(0, 1_001, 0, Long.MAX_VALUE, 3, "p5", 2, false)));
            assertEquals(List.of(), seqs("a", new Scan(0, 1_001, 0, Long.MAX_VALUE, 0, "nobody", 2, false)));
            assertEquals(List.of(), seqs("a", new Scan(10, 11, 0, Long.MAX_VALUE, 0, null, 2, false)));
            assertEquals(100, await(store().count("a", new Scan(0, 1_001, 0, Long.MAX_VALUE, 0, "p5", 1, true), 500)));
            assertEquals(50, await(store().count("a", Scan.after(0, 1), 50)));
            assertEquals(1000, await(store().count("a", Scan.after(0, 1), 5_000)));
        });
    }

    @Test
    default void numbers_may_have_gaps() {
        Journal journal = journal();
        List<Long> numbers = LongStream.of(1, 63, 64, 65, 5_000, 1L << 40, (1L << 40) + 1)
                .boxed()
                .toList();
        for (long n : numbers) journal.submit(new Commit().append("a", entry(n, "p", "x")));
        hereAndAfterReopening(() -> {
            assertEquals(numbers, seqs("a", Scan.after(0, 100)));
            assertEquals(numbers, seqs("a", new Scan(0, Long.MAX_VALUE, 0, Long.MAX_VALUE, 0, "p", 100, true)));
            assertEquals(List.of(64L, 65L), seqs("a", new Scan(63, 4_000, 0, Long.MAX_VALUE, 0, null, 9, false)));
        });
    }

    @Test
    default void a_shared_body_comes_back_for_every_owner() {
        Body body = new Body(bytes("x".repeat(5_000)));
        Journal journal = journal();
        for (String owner : List.of("a", "b", "c")) {
            journal.submit(new Commit().append(owner, new Entry(1, 5, 0, "", 0, new byte[0], body)));
        }
        settle();
        journal.submit(new Commit().append("d", new Entry(1, 5, 0, "", 0, new byte[0], body)));
        hereAndAfterReopening(() -> {
            for (String owner : List.of("a", "b", "c", "d")) {
                assertArrayEquals(
                        body.bytes(),
                        await(store().read(owner, Scan.after(0, 1)))
                                .getFirst()
                                .body()
                                .bytes());
            }
        });
    }

    @Test
    default void pending_entries_stay_so_until_settled() {
        Journal journal = journal();
        for (int i = 1; i <= 5; i++) journal.submit(new Commit().appendPending("a", entry(i, "b", "x")));
        journal.submit(new Commit().settle("a", 2));
        journal.submit(new Commit().appendSettling("b", entry(1, "a", "x"), new Store.Pending("a", 4)));
        hereAndAfterReopening(() -> {
            assertEquals(List.of(1L, 3L, 5L), await(store().outline("a")).pending());
            assertEquals(List.of(), await(store().outline("b")).pending());
        });
        assertEquals(
                List.of(new Store.Pending("a", 1), new Store.Pending("a", 3), new Store.Pending("a", 5)),
                store().pendingAtOpen());
        journal().submit(new Commit().settle("a", 1).settle("a", 5));
        reopen();
        assertEquals(List.of(new Store.Pending("a", 3)), store().pendingAtOpen());
        journal().submit(new Commit().settle("a", 3));
        reopen();
        assertEquals(List.of(), store().pendingAtOpen());
    }

    @Test
    default void trimmed_entries_are_gone_and_the_last_number_stays() {
        Journal journal = journal();
        for (int i = 1; i <= 200; i++) journal.submit(new Commit().appendPending("a", entry(i, "p", "x")));
        reopen();
        journal = journal();
        journal.submit(new Commit().trim("a", 150));
        hereAndAfterReopening(() -> {
            assertEquals(List.of(151L, 152L), seqs("a", Scan.after(0, 2)));
            assertEquals(50, await(store().count("a", Scan.after(0, 1), 500)));
            Store.Outline outline = await(store().outline("a"));
            assertEquals(151, outline.first());
            assertEquals(200, outline.last());
            assertEquals(50, outline.pending().size());
        });
        journal().submit(new Commit().trim("a", 200));
        hereAndAfterReopening(() -> {
            assertEquals(List.of(), seqs("a", Scan.newest(2)));
            assertEquals(new Store.Outline(0, 200, 1_200, List.of()), await(store().outline("a")));
        });
        journal().submit(new Commit().append("a", entry(201, "p", "y")));
        hereAndAfterReopening(() -> {
            assertEquals(List.of(201L), seqs("a", Scan.after(0, 2)));
            assertEquals(new Store.Outline(201, 201, 1_201, List.of()), await(store().outline("a")));
        });
        journal().submit(new Commit().append("b", entry(1, "p", "y")).trim("b", 1));
        hereAndAfterReopening(
                () -> assertEquals(new Store.Outline(0, 1, 1_001, List.of()), await(store().outline("b"))));
    }

    @Test
    default void an_erased_owner_begins_anew() {
        Journal journal = journal();
        for (int i = 1; i <= 200; i++) journal.submit(new Commit().appendPending("a", entry(i, "p", "old")));
        journal.submit(new Commit().put("a", "s", "k", bytes("v")).append("b", entry(1, "a", "stays")));
        reopen();
        journal().submit(new Commit().erase("a"));
        hereAndAfterReopening(() -> {
            assertEquals(new Store.Outline(0, 0, 0, List.of()), await(store().outline("a")));
            assertNull(await(store().row("a", "s", "k")));
            assertEquals(List.of(), await(store().ownersWith("s", "", 9)));
            assertEquals(List.of(1L), seqs("b", Scan.after(0, 9)));
        });
        journal().submit(new Commit().append("a", entry(1, "p", "new")).put("a", "s", "k2", bytes("w")));
        hereAndAfterReopening(() -> {
            assertEquals(List.of(1L), seqs("a", Scan.newest(9)));
            assertEquals(
                    List.of("k2"), List.copyOf(await(store().shelf("a", "s")).keySet()));
        });
        journal().submit(new Commit().erase("a").append("a", entry(1, "p", "newest")));
        hereAndAfterReopening(() -> assertArrayEquals(
                bytes("newest"),
                await(store().read("a", Scan.after(0, 1))).getFirst().body().bytes()));
    }

    @Test
    default void the_latest_value_of_a_row_counts() {
        Journal journal = journal();
        for (int i = 0; i < 100; i++) journal.submit(new Commit().put("a", "cursor", "d" + i % 3, bytes("v" + i)));
        journal.submit(new Commit().put("a", "other", "x", bytes("1")).put("b", "cursor", "d0", bytes("2")));
        hereAndAfterReopening(() -> {
            var shelf = await(store().shelf("a", "cursor"));
            assertEquals(List.of("d0", "d1", "d2"), List.copyOf(shelf.keySet()));
            assertArrayEquals(bytes("v99"), shelf.get("d0"));
            assertArrayEquals(bytes("v97"), await(store().row("a", "cursor", "d1")));
        });
        journal().submit(new Commit().delete("a", "cursor", "d1").put("a", "cursor", "d2", new byte[0]));
        hereAndAfterReopening(() -> {
            var shelf = await(store().shelf("a", "cursor"));
            assertEquals(List.of("d0", "d2"), List.copyOf(shelf.keySet()));
            assertArrayEquals(new byte[0], shelf.get("d2"));
            assertNull(await(store().row("a", "cursor", "d1")));
        });
    }

    @Test
    default void names_may_contain_anything() {
        List<String> odd = List.of("", "a", "a\0", "a\0b", "aa", "ä", "\uD83D\uDE00", "\uFFFF");
        Journal journal = journal();
        for (String owner : odd) {
            for (String key : odd) journal.submit(new Commit().put(owner, "s", key, bytes(owner + "/" + key)));
            journal.submit(new Commit().append(owner, entry(1, owner, owner)));
        }
        hereAndAfterReopening(() -> {
            for (String owner : odd) {
                assertEquals(odd.size(), await(store().shelf(owner, "s")).size());
                for (String key : odd) {
                    assertArrayEquals(bytes(owner + "/" + key), await(store().row(owner, "s", key)));
                }
                Entry e = await(store().read(owner, Scan.after(0, 9))).getFirst();
                assertEquals(owner, e.peer());
            }
        });
    }

    @Test
    default void owners_with_a_shelf_come_in_pages() {
        Journal journal = journal();
        List<String> owners = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String owner = "user" + (100 + i);
            owners.add(owner);
            journal.submit(new Commit().put(owner, "account", "x", bytes("1")).put(owner, "account", "y", bytes("2")));
            if (i % 10 == 5) settle();
        }
        reopen();
        journal().submit(new Commit().put("user100a", "account", "x", bytes("1")));
        journal()
                .submit(new Commit()
                        .delete("user101", "account", "x")
                        .delete("user101", "account", "y")
                        .delete("user102", "account", "x"));
        owners.add(1, "user100a");
        owners.remove("user101");
        hereAndAfterReopening(() -> {
            List<String> all = new ArrayList<>();
            String after = "";
            while (true) {
                List<String> page = await(store().ownersWith("account", after, 7));
                if (page.isEmpty()) break;
                assertTrue(page.size() <= 7);
                all.addAll(page);
                after = page.getLast();
            }
            assertEquals(owners, all);
            assertEquals(List.of(), await(store().ownersWith("nothing", "", 7)));
        });
    }

    @Test
    default void a_read_sees_what_was_kept_before_it_was_asked_for() {
        Journal journal = journal();
        for (int i = 1; i <= 300; i++) {
            journal.submit(new Commit().append("a", entry(i, "p", "x")));
            if (i % 37 == 0) {
                settle();
                assertEquals(List.of((long) i), seqs("a", Scan.newest(1)));
            }
        }
    }

    @Test
    default void health_is_good_and_nothing_waits_when_all_is_kept() {
        journal().submit(new Commit().append("a", entry(1, "p", "x")));
        settle();
        assertEquals(new Store.Health(null, 0, 0), store().health());
    }

    @Test
    default void an_empty_commit_is_kept_too() {
        Quiet listener = new Quiet();
        assertSame(1L, store().journal(listener).submit(new Commit()));
        settle();
        assertEquals(1, listener.kept());
    }

    /// Remembers what it was told.
    final class Quiet implements Journal.Listener {
        private volatile long kept;
        private volatile int stalls;
        private volatile int heals;

        @Override
        public void kept(long ticket) {
            kept = ticket;
        }

        @Override
        public void stalled(String why) {
            stalls++;
        }

        @Override
        public void healed() {
            heals++;
        }

        public long kept() {
            return kept;
        }

        public int stalls() {
            return stalls;
        }

        public int heals() {
            return heals;
        }
    }
}
