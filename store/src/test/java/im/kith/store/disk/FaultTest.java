package im.kith.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.store.Commit;
import im.kith.store.Journal;
import im.kith.store.Scan;
import im.kith.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultTest {

    private final Sim sim = new Sim();

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void a_commit_is_forced_before_it_is_called_kept() {
        List<Long> forcesWhenKept = new ArrayList<>();
        long before = sim.disk.forces();
        Journal journal = sim.store.journal(new Journal.Listener() {
            @Override
            public void kept(long ticket) {
                forcesWhenKept.add(sim.disk.forces() - before);
                assertEquals(0, sim.disk.unforcedBytes(), "bytes that a power cut would take");
            }

            @Override
            public void stalled(String why) {}

            @Override
            public void healed() {}
        });
        for (int i = 1; i <= 5; i++) {
            journal.submit(new Commit().append("a", Sim.entry(i)));
            assertEquals(i - 1, forcesWhenKept.size());
            sim.store.runOnce();
            assertEquals(i, forcesWhenKept.size());
        }
        // The first one made the segment, too.
        assertEquals(List.of(2L, 3L, 4L, 5L, 6L), forcesWhenKept);
    }

    @Test
    void a_failed_force_is_tried_again_in_a_new_segment_and_nothing_is_kept_meanwhile() {
        sim.append("a", 1, 3);
        sim.disk.failForces(2);
        sim.journal.submit(new Commit().append("a", Sim.entry(4)));
        sim.store.runOnce();
        sim.store.runOnce();
        assertEquals(3, sim.listener.kept());
        assertEquals(1, sim.listener.stalls());
        assertNotNull(sim.store.health().trouble());
        assertEquals(1, sim.store.health().commitsWaiting());
        assertEquals(upTo(3), readNow("a"));
        sim.run();
        assertEquals(4, sim.listener.kept());
        assertEquals(1, sim.listener.heals());
        assertNull(sim.store.health().trouble());
        sim.disk.powerCut();
        sim.reopen();
        assertEquals(upTo(4), sim.numbers("a"));
    }

    private List<Long> readNow(String owner) {
        sim.disk.failForces(1);
        return sim.numbers(owner);
    }

    @Test
    void a_full_disk_stalls_until_there_is_room() {
        sim.append("a", 1, 3);
        sim.disk.capacity(0);
        for (int i = 4; i <= 9; i++) sim.journal.submit(new Commit().append("a", Sim.entry(i)));
        for (int i = 0; i < 5; i++) sim.store.runOnce();
        assertEquals(3, sim.listener.kept());
        assertEquals(1, sim.listener.stalls());
        sim.disk.capacity(1 << 20);
        sim.run();
        assertEquals(9, sim.listener.kept());
        assertEquals(1, sim.listener.heals());
        sim.disk.powerCut();
        sim.reopen();
        assertEquals(upTo(9), sim.numbers("a"));
    }

    @Test
    void who_writes_is_told_of_trouble_before_anybody_who_asks_and_of_its_end_too() {
        List<String> told = new ArrayList<>();
        sim.store.journal(new Journal.Listener() {
            @Override
            public void kept(long ticket) {}

            @Override
            public void stalled(String why) {
                told.add("stalled, and there is trouble: " + (sim.store.health().trouble() != null));
            }

            @Override
            public void healed() {
                told.add("healed, and there is trouble: " + (sim.store.health().trouble() != null));
            }
        });
        sim.disk.capacity(0);
        sim.journal.submit(new Commit().append("a", Sim.entry(1)));
        sim.store.runOnce();
        assertNotNull(sim.store.health().trouble());
        sim.disk.capacity(1 << 20);
        sim.run();
        assertNull(sim.store.health().trouble());
        assertEquals(List.of("stalled, and there is trouble: false", "healed, and there is trouble: true"), told);
    }

    @Test
    void rows_that_cannot_be_written_are_written_later() {
        sim.append("a", 1, 30);
        sim.disk.failRows(1);
        assertThrows(StoreException.class, sim.store::checkpoint);
        sim.append("a", 31, 60);
        assertEquals(upTo(60), sim.numbers("a"));
        sim.store.checkpoint();
        sim.store.checkpoint();
        assertEquals(upTo(60), sim.numbers("a"));
        sim.disk.powerCut();
        sim.reopen();
        assertEquals(upTo(60), sim.numbers("a"));
    }

    @Test
    void a_torn_last_batch_is_cut_off() {
        sim.append("a", 1, 5);
        long end = SegmentLog.offsetOf(sim.store.logEnd());
        sim.disk.restart();
        for (int i = 1; i < 60; i++) sim.disk.damage(SegmentLog.pathOf(1), end + i); // as a torn write leaves it
        sim.reopen();
        assertEquals(upTo(5), sim.numbers("a"));
        sim.append("a", 6, 7);
        sim.disk.restart();
        sim.reopen();
        assertEquals(upTo(7), sim.numbers("a"));
    }

    @Test
    void a_damaged_batch_with_whole_ones_behind_it_stops_the_start() {
        sim.append("a", 1, 20);
        sim.disk.restart();
        sim.disk.damage(SegmentLog.pathOf(1), 700);
        String message =
                String.valueOf(assertThrows(StoreException.class, sim::reopen).getMessage());
        assertTrue(message.contains("log/00000001.seg"), message);
        assertTrue(message.contains("byte"), message);
        assertTrue(message.contains("kith salvage --data"), message);
    }

    @Test
    void a_damaged_sealed_segment_stops_the_start_while_the_index_does_not_cover_it() {
        sim.append("a", 1, 60);
        assertTrue(sim.disk.sizeOf(SegmentLog.pathOf(2)) > 0);
        sim.disk.restart();
        sim.disk.damage(SegmentLog.pathOf(1), 3_000);
        String message =
                String.valueOf(assertThrows(StoreException.class, sim::reopen).getMessage());
        assertTrue(message.contains("log/00000001.seg") && message.contains("damaged"), message);
    }

    @Test
    void a_missing_segment_stops_the_start() throws Exception {
        sim.append("a", 1, 90);
        sim.store.close();
        sim.disk.restart();
        sim.disk.delete(SegmentLog.pathOf(2));
        String message =
                String.valueOf(assertThrows(StoreException.class, sim::reopen).getMessage());
        assertTrue(message.contains("log/00000002.seg is missing"), message);
    }

    @Test
    void a_damaged_header_stops_the_start() {
        sim.append("a", 1, 90);
        sim.disk.restart();
        sim.disk.damage(SegmentLog.pathOf(2), 9);
        String message =
                String.valueOf(assertThrows(StoreException.class, sim::reopen).getMessage());
        assertTrue(message.contains("header of log/00000002.seg"), message);
    }

    @Test
    void a_damaged_record_fails_its_read_and_no_other() {
        sim.append("a", 1, 90);
        sim.store.checkpoint();
        sim.disk.damage(SegmentLog.pathOf(1), 700);
        var read = sim.store.read("a", Scan.after(0, 20));
        sim.store.runOnce();
        var failure = assertThrows(
                CompletionException.class, () -> read.toCompletableFuture().join());
        assertTrue(failure.getCause() instanceof StoreException);
        assertEquals(
                List.of(21L, 22L),
                sim.await(sim.store.read("a", Scan.after(20, 2))).stream()
                        .map(e -> e.seq())
                        .toList());
        sim.append("a", 91, 92);
        assertFalse(sim.store.health().trouble() != null);
    }

    @Test
    void the_cleaner_gives_space_back_and_keeps_what_is_alive() {
        for (int i = 1; i <= 200; i++) {
            sim.journal.submit(new Commit()
                    .append("gone", Sim.entry(i))
                    .appendPending(i % 20 == 0 ? "stays" : "gone2", Sim.entry(i))
                    .put("stays", "shelf", "k" + i % 50, new byte[] {(byte) i}));
            sim.store.runOnce();
        }
        sim.journal.submit(new Commit().trim("gone", 200).erase("gone2"));
        sim.run();
        long before = sim.store.stats().logBytes();
        sim.store.clean();
        sim.run();
        assertTrue(
                sim.store.stats().logBytes() < before / 3,
                () -> before + " > " + sim.store.stats().logBytes());
        for (int round = 0; round < 2; round++) {
            assertEquals(10, sim.numbers("stays").size());
            assertEquals(10, sim.await(sim.store.outline("stays")).pending().size());
            assertEquals(200, sim.await(sim.store.outline("gone")).last());
            assertEquals(0, sim.await(sim.store.outline("gone")).first());
            assertEquals(50, sim.await(sim.store.shelf("stays", "shelf")).size());
            sim.disk.powerCut();
            sim.reopen();
        }
    }

    @Test
    void a_cleaned_segments_bodies_live_on_in_the_entries_that_refer_to_them() {
        var shared = Sim.entry(1);
        // The body is in the first segment, with its owner's entry; the reference comes right behind the border.
        sim.journal.submit(new Commit().append("a", shared));
        sim.run();
        for (int i = 1; sim.disk.sizeOf(SegmentLog.pathOf(2)) < 0; i++) sim.append("filler", i, i);
        sim.journal.submit(new Commit().append("b", shared).trim("a", 1));
        sim.run();
        sim.append("filler2", 1, 100);
        sim.store.clean();
        sim.run();
        assertEquals(-1, sim.disk.sizeOf(SegmentLog.pathOf(1)));
        assertEquals(
                1,
                sim.await(sim.store.read("b", Scan.after(0, 1)))
                        .getFirst()
                        .body()
                        .bytes()[0]);
        assertEquals(List.of(), sim.numbers("a"));
    }
}
