package im.kith.server.account;

import im.kith.store.Entry;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// How an account files a message in its log: the meaning of an entry's flags and head.
///
/// ```
/// head:  resource length (1) | resource | mark count (1) | marks
/// mark:  stream tag (4) | number (4)
/// ```
///
/// Of an incoming entry the resource is the one it was addressed to ("" = the account), and the marks say which
/// number it had among the stanzas sent on each live stream. Of a sent entry the resource is the sending device's,
/// and its mark says which number it had among the stanzas received on that stream. The marks are how a stream can
/// be resumed exactly, even by a process that never saw it (XEP-0198 §5).
final class Filed {

    /// The entry belongs to the archive (XEP-0313).
    static final int ARCHIVED = 1;
    /// Written by one of the account's own devices.
    static final int SENT = 2;
    /// Came from somebody else and is to be delivered.
    static final int INCOMING = 4;
    /// Not a message but a subscription stanza on its way (see [Self#sendDurably]); never shown to devices as is.
    static final int ERRAND = 8;
    /// May be copied to the account's other devices (XEP-0280).
    static final int COPIED = 16;

    /// An error that answers a message which was acknowledged: for the resource in the head and no other device.
    static final int REFUSAL = 32;
    /// A group's message: in the group's own log one that goes into its members' inboxes, in an account's log that
    /// copy ([Groups]), for devices that get groups with their stream.
    static final int GROUP = 64;

    /// The head of an entry that says neither.
    static final byte[] EMPTY = {0, 0};

    private static final byte[] NO_NAME = {};

    private Filed() {}

    /// Whether a device is to be sent the entry when it catches up. `carbonsFrom` and `groups` as in [DeviceRow].
    static boolean concerns(Entry entry, String resource, long carbonsFrom, boolean groups) {
        int flags = entry.flags();
        if ((flags & GROUP) != 0) return groups;
        if ((flags & REFUSAL) != 0) return resource(entry.head()).equals(resource);
        if ((flags & INCOMING) != 0) return true;
        return (flags & SENT) != 0
                && (flags & COPIED) != 0
                && carbonsFrom >= 0
                && entry.seq() > carbonsFrom
                && !resource(entry.head()).equals(resource);
    }

    /// `marks` alternate between stream tag and number; only the first `count` ints are used.
    static byte[] head(@Nullable String resource, int[] marks, int count) {
        if (resource == null && count == 0) return EMPTY;
        var name = resource == null ? NO_NAME : resource.getBytes(StandardCharsets.UTF_8);
        if (name.length > 255) name = NO_NAME;
        var head = new byte[2 + name.length + 4 * count];
        head[0] = (byte) name.length;
        System.arraycopy(name, 0, head, 1, name.length);
        int at = 1 + name.length;
        head[at++] = (byte) (count / 2);
        for (int i = 0; i < count; i++, at += 4) putInt32(head, at, marks[i]);
        return head;
    }

    /// The resource in the head; "" for none.
    static String resource(byte[] head) {
        return new String(head, 1, head[0] & 0xff, StandardCharsets.UTF_8);
    }

    /// The number that the head holds for the stream, or -1.
    static int mark(byte[] head, int tag) {
        int at = 1 + (head[0] & 0xff);
        int count = head[at++] & 0xff;
        for (int i = 0; i < count; i++, at += 8) {
            if (int32(head, at) == tag) return int32(head, at + 4);
        }
        return -1;
    }

    private static void putInt32(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    private static int int32(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }
}
