package im.kith.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.store.Commit;
import im.kith.store.Scan;
import im.kith.store.StoreContract;
import im.kith.store.StoreException;
import im.kith.store.sim.SimDisk;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SalvageTest {

    private final Sim sim = new Sim();
    private final Sim rescued = new Sim();
    private final List<String> told = new ArrayList<>();

    private Salvage.Report salvage(boolean withOldIndex) {
        sim.disk.restart();
        var scratch = new SimDisk(new SplittableRandom(1)).rows();
        var report = new Salvage(
                        sim.disk, withOldIndex ? sim.disk.rows() : null, scratch, rescued.store, () -> {}, told::add)
                .run();
        rescued.run();
        return report;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void all_of_a_whole_store_is_found_again_from_the_log_alone() {
        sim.append("a", 1, 100);
        sim.journal.submit(new Commit()
                .put("a", "s", "k", bytes("v"))
                .appendPending("b", Sim.entry(1))
                .appendPending("b", Sim.entry(2))
                .settle("b", 1)
                .append("c", Sim.entry(9))
                .trim("c", 9)
                .trim("a", 50));
        sim.run();
        sim.store.clean(); // whose copies must be understood, too
        sim.run();
        sim.append("a", 101, 120);
        var report = salvage(false);
        assertEquals(0, report.lost());
        assertEquals(0, report.damagedRanges());
        assertEquals(List.of(51L, 52L), rescued.numbers("a").subList(0, 2));
        assertEquals(70, rescued.numbers("a").size());
        assertEquals(List.of(2L), rescued.await(rescued.store.outline("b")).pending());
        assertEquals(9, rescued.await(rescued.store.outline("c")).last());
        assertEquals("v", new String(row("a", "s", "k"), StandardCharsets.UTF_8));
    }

    private byte[] row(String owner, String shelf, String key) {
        byte[] row = rescued.await(rescued.store.row(owner, shelf, key));
        return row == null ? new byte[0] : row;
    }

    @Test
    void damage_costs_only_what_it_hit() {
        sim.append("a", 1, 100);
        sim.disk.damage(SegmentLog.pathOf(1), 700);
        sim.disk.damage(SegmentLog.pathOf(3), 9); // its header
        var report = salvage(false);
        assertEquals(1, report.damagedRanges());
        assertEquals(99, rescued.numbers("a").size());
        assertTrue(told.getFirst().contains("log/00000001.seg: bytes"), told::toString);
    }

    @Test
    void the_old_index_names_what_is_lost_and_gives_back_rows() {
        sim.append("a", 1, 3);
        sim.journal.submit(new Commit().put("a", "account", "key", bytes("secret")));
        sim.run();
        long at = SegmentLog.offsetOf(sim.store.logEnd()) - 3;
        sim.append("a", 4, 60);
        sim.store.checkpoint();
        sim.disk.damage(SegmentLog.pathOf(1), at);
        sim.disk.damage(SegmentLog.pathOf(1), 120);
        var report = salvage(true);
        assertEquals(1, report.rowsFromOldIndex());
        assertEquals("secret", new String(row("a", "account", "key"), StandardCharsets.UTF_8));
        assertEquals(1, report.lost());
        assertTrue(told.contains("entry 1 of a is lost"), told::toString);
        assertEquals(59, rescued.numbers("a").size());
    }

    @Test
    void a_store_that_does_not_open_is_salvaged_in_place(@TempDir Path directory) throws Exception {
        var options = Options.DEFAULTS.withFreeBytesFloor(0);
        try (DiskStore store = DiskStore.open(directory, options)) {
            var journal = store.journal(new StoreContract.Quiet());
            for (int i = 1; i <= 500; i++) {
                journal.submit(new Commit().append("a", StoreContract.entry(i, "p", "body " + i)));
            }
        }
        try (DiskStore store = DiskStore.open(directory, options)) {
            // One more batch, or the damaged one would pass for one that the power cut short.
            store.journal(new StoreContract.Quiet()).submit(new Commit().append("b", Sim.entry(1)));
        }
        Path index = directory.resolve("index");
        try (var files = Files.list(index)) {
            for (Path file : files.toList()) Files.delete(file); // the index is gone
        }
        try (var file =
                new RandomAccessFile(directory.resolve(SegmentLog.pathOf(1)).toFile(), "rw")) {
            file.seek(5_000);
            file.write(new byte[20]);
        }
        String message = String.valueOf(assertThrows(StoreException.class, () -> DiskStore.open(directory, options))
                .getMessage());
        assertTrue(message.contains("kith salvage --data"), message);
        var report = Salvage.run(directory, told::add);
        assertEquals(1, report.damagedRanges());
        assertTrue(report.entries() >= 495, report::toString);
        try (DiskStore store = DiskStore.open(directory, options)) {
            var entries =
                    store.read("a", Scan.after(0, 1_000)).toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertEquals(report.entries() - 1, entries.size());
        }
        assertFalse(Files.exists(directory.resolve("salvage.tmp")));
    }

    @Test
    void a_second_process_is_told_who_has_the_directory(@TempDir Path directory) throws Exception {
        try (DiskStore first = DiskStore.open(directory, Options.DEFAULTS)) {
            String message =
                    String.valueOf(assertThrows(StoreException.class, () -> DiskStore.open(directory, Options.DEFAULTS))
                            .getMessage());
            assertTrue(message.contains("process " + ProcessHandle.current().pid()), message);
            assertEquals(null, first.health().trouble());
        }
        DiskStore.open(directory, Options.DEFAULTS).close();
    }
}
