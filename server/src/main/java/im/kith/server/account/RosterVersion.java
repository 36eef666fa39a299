package im.kith.server.account;

import im.kith.xmpp.Jid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A roster's version (RFC 6121 §2.6) and the last removals, without which a client could not be told what changed.
///
/// ```
/// row: 0 (1 byte: no item), current (8), floor (8), then per removal: version (8), jid (UTF)
/// ```
///
/// A version is the time of the change in milliseconds, or one more than the version before if that is greater: so an
/// account that is removed and made again never repeats a version its clients remember. Who knows a version before
/// `floor` may have missed a removal that is forgotten, and needs the whole roster.
record RosterVersion(long current, long floor, List<Removal> removals) {

    record Removal(long version, Jid jid) {}

    private static final int REMOVALS = 16;
    private static final RosterVersion FIRST = new RosterVersion(0, 0, List.of());

    /// The version after a change of `jid` at this time.
    RosterVersion changed(Jid jid, long nowMillis) {
        var others =
                removals.stream().filter(removal -> !removal.jid.equals(jid)).toList();
        return new RosterVersion(next(nowMillis), floor, others);
    }

    /// The version after `jid` was removed at this time.
    RosterVersion removed(Jid jid, long nowMillis) {
        long next = next(nowMillis);
        var all = new ArrayList<>(removals);
        all.add(new Removal(next, jid));
        if (all.size() <= REMOVALS) return new RosterVersion(next, floor, List.copyOf(all));
        return new RosterVersion(next, all.getFirst().version, List.copyOf(all.subList(1, all.size())));
    }

    /// Whether all that changed since `version` is known.
    boolean remembers(long version) {
        return version >= floor && version <= current;
    }

    private long next(long nowMillis) {
        return Math.max(nowMillis, current + 1);
    }

    /// As clients see it: opaque to them.
    static String text(long version) {
        return Long.toString(version, 36);
    }

    /// The version in a client's `ver`, or -1 when it is none of ours ("" asks for the whole roster).
    static long parse(String text) {
        try {
            long version = Long.parseLong(text, 36);
            return text.equals(text(version)) ? version : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    byte[] encode() {
        try {
            var bytes = new ByteArrayOutputStream(32);
            var out = new DataOutputStream(bytes);
            out.writeByte(0);
            out.writeLong(current);
            out.writeLong(floor);
            for (var removal : removals) {
                out.writeLong(removal.version);
                out.writeUTF(removal.jid.toString());
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
    }

    static RosterVersion decode(byte @Nullable [] row) {
        if (row == null) return FIRST;
        try {
            var in = new DataInputStream(new ByteArrayInputStream(row));
            in.readByte();
            long current = in.readLong();
            long floor = in.readLong();
            var removals = new ArrayList<Removal>();
            while (in.available() > 0) {
                removals.add(new Removal(in.readLong(), Objects.requireNonNull(Jid.parse(in.readUTF()))));
            }
            return new RosterVersion(current, floor, List.copyOf(removals));
        } catch (IOException e) {
            throw new IllegalStateException("the roster's version is damaged", e);
        }
    }
}
