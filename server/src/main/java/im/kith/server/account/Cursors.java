package im.kith.server.account;

import im.kith.store.Scan;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How far an account's log was taken, by each device and by any; what that lets go.
final class Cursors {

    private static final int FLUSH_EVERY = 400;
    private static final long FLUSH_MILLIS = 1_000;

    private final Account account;
    private final Site site;
    private final Devices devices;

    /// How far any device has taken the inbox: what comes after it is "offline" to a device without a cursor of its
    /// own.
    private long taken;

    private long takenOnDisk;
    /// Entries after `taken`, at most.
    private long untaken;

    private boolean flushing;
    private boolean trimming;
    long lastSeenMillis;

    Cursors(Account account, Devices devices) {
        this.account = account;
        this.site = account.site;
        this.devices = devices;
    }

    /// Restores what [#flushTaken] wrote; `row` null for an account of which nothing was taken yet.
    void load(byte @Nullable [] row) {
        if (row != null) {
            var buffer = ByteBuffer.wrap(row);
            taken = buffer.getLong();
            lastSeenMillis = buffer.getLong();
            takenOnDisk = taken;
        }
        untaken = account.lastSeq - taken;
    }

    long taken() {
        return taken;
    }

    /// Where a device begins that becomes available: its own cursor, or what nobody has taken.
    long startFor(Device device, long sent) {
        return device.catchesUp || device.key.startsWith("d:") ? sent : Math.max(taken, account.firstSeq() - 1);
    }

    void progressed(Device device) {
        if (takes(device)) account.groups.arrears.pump();
        device.dirty |= !device.key.isEmpty();
        if (taken - takenOnDisk >= FLUSH_EVERY) flush();
        else if (!flushing && (device.dirty || taken != takenOnDisk)) {
            flushing = true;
            account.partition.timer(account, FLUSH_MILLIS, now -> {
                flushing = false;
                flush();
            });
        }
    }

    private boolean takes(Device device) {
        if (!device.takesMessages() || device.cursor() <= taken) return false;
        taken = device.cursor();
        untaken = Math.min(untaken, account.lastSeq - taken);
        return true;
    }

    void flush() {
        if (taken != takenOnDisk) flushTaken();
        for (var device : devices.all()) if (device.dirty) devices.persist(device);
        if (site.settings.inboxKeepMillis() == 0) trim(taken);
    }

    void flushTaken() {
        takenOnDisk = taken;
        var row = ByteBuffer.allocate(16).putLong(taken).putLong(lastSeenMillis).array();
        account.partition.turn().commit.put(account.name, DeviceRow.SHELF, DeviceRow.TAKEN, row);
    }

    /// Lets go what is older than `inbox.keep`.
    void expire() {
        long oldest = account.nowMillis() - site.settings.inboxKeepMillis();
        var newestOld = new Scan(0, Long.MAX_VALUE, 0, oldest, 0, null, 1, true);
        account.partition.later(account, site.store.read(account.name, newestOld), (found, fault) -> {
            if (found != null && !found.isEmpty()) trim(found.getFirst().seq());
        });
    }

    /// Lets entries go up to `wanted`, but nothing that a device has not taken or that waits for its hand-over.
    private void trim(long wanted) {
        long upTo = Math.min(wanted, Math.min(taken, account.keptSeq));
        for (var device : devices.all()) if (!device.key.isEmpty()) upTo = Math.min(upTo, device.cursor());
        // A row of a stream that nobody has come back to yet needs the marks after it (see Walk).
        for (var row : devices.rows().values()) upTo = Math.min(upTo, Math.min(row.cursor(), row.atSeq()));
        if (trimming || upTo < account.firstSeq()) return;
        long allowed = upTo;
        trimming = true;
        account.partition.later(account, site.store.outline(account.name), (outline, fault) -> {
            trimming = false;
            if (outline == null) return;
            long last = allowed;
            for (long pending : outline.pending()) last = Math.min(last, pending - 1);
            if (last < account.firstSeq()) return;
            for (var device : devices.all()) if (device.acks != null) devices.persist(device);
            account.groups.flush();
            account.partition.turn().commit.trim(account.name, last);
            account.firstSeq(last + 1);
        });
    }

    /// Whether one more entry that nobody may take soon still fits.
    boolean hasRoom() {
        if (untaken < site.settings.inboxLimit()) return true;
        // What concerns no device is taken without anybody's word.
        for (var device : devices.all()) takes(device);
        return untaken < site.settings.inboxLimit();
    }

    void arrived() {
        untaken++;
    }

    /// Something is appended that is for no device.
    void passing(Runnable append) {
        boolean all = taken == account.lastSeq;
        append.run();
        if (!all) return;
        taken = account.lastSeq;
        flushTaken();
    }
}
