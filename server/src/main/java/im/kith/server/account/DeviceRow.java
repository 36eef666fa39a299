package im.kith.server.account;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// What is remembered of a device or of a resumable stream between its connections, as one row of the shelf `device`.
///
/// @param key the row's key: `d:` and the device id, or `s:` and the stream id of a client without one
/// @param cursor every entry up to this one was taken or does not concern the device
/// @param streamId XEP-0198 resumption id, "" when no stream can be resumed
/// @param tag identifies the stream in the heads of entries (see [Filed])
/// @param inbound stanzas handled of the stream, as far as this row knows; entries after `atSeq` may know more
/// @param acked stanzas of ours that the client acknowledged
/// @param atSeq the account's last entry when the row was written
/// @param pageSlot how many stanzas had been sent when the entries between `pageFrom` and `pageTo` were read from the
/// log and
///     sent, in order (see [Device])
/// @param carbonsFrom carbons are on for entries after this one; -1 when off
/// @param presence the last presence, serialised; empty when unavailable
/// @param interests the topics of which it wants pushes, divided by spaces
/// @param groups whether it gets the account's groups with its stream
record DeviceRow(
        String key,
        String resource,
        String name,
        long seenMillis,
        long cursor,
        String streamId,
        int tag,
        long inbound,
        long acked,
        long atSeq,
        long pageSlot,
        long pageFrom,
        long pageTo,
        long carbonsFrom,
        int priority,
        byte[] presence,
        String interests,
        boolean groups) {

    static final String SHELF = "device";
    /// The row that holds how far the account's inbox was taken by any device: classic offline storage.
    static final String TAKEN = "taken";

    static final int LIMIT = 32;
    private static final int VERSION = 3;

    @Nullable
    String deviceId() {
        return key.startsWith("d:") ? key.substring(2) : null;
    }

    byte[] encoded() {
        var bytes = new ByteArrayOutputStream(128 + presence.length);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(resource);
            out.writeUTF(name);
            out.writeLong(seenMillis);
            out.writeLong(cursor);
            out.writeUTF(streamId);
            out.writeInt(tag);
            out.writeLong(inbound);
            out.writeLong(acked);
            out.writeLong(atSeq);
            out.writeLong(pageSlot);
            out.writeLong(pageFrom);
            out.writeLong(pageTo);
            out.writeLong(carbonsFrom);
            out.writeByte(priority);
            out.writeInt(presence.length);
            out.write(presence);
            out.writeUTF(interests);
            out.writeBoolean(groups);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static DeviceRow decoded(String key, byte[] row) {
        try (var in = new DataInputStream(new ByteArrayInputStream(row))) {
            int version = in.readByte();
            if (version < 1 || version > VERSION)
                throw new IllegalStateException("device row of unknown version " + version);
            return new DeviceRow(
                    key,
                    in.readUTF(),
                    in.readUTF(),
                    in.readLong(),
                    in.readLong(),
                    in.readUTF(),
                    in.readInt(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readByte(),
                    in.readNBytes(in.readInt()),
                    version == 1 ? "" : in.readUTF(),
                    version >= 3 && in.readBoolean());
        } catch (IOException damaged) {
            throw new UncheckedIOException("device row " + key, damaged);
        }
    }
}
