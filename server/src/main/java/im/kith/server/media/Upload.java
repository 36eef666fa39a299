package im.kith.server.media;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What is known of one uploaded file: the row under its id. `expiresMillis` is [Long#MAX_VALUE] for one that stays.
record Upload(String hash, long bytes, String type, String name, String owner, long createdMillis, long expiresMillis) {

    private static final int VERSION = 1;

    byte[] encode() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(hash);
            out.writeLong(this.bytes);
            out.writeUTF(type);
            out.writeUTF(name);
            out.writeUTF(owner);
            out.writeLong(createdMillis);
            out.writeLong(expiresMillis);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static Upload decode(byte[] row) {
        try (var in = new DataInputStream(new ByteArrayInputStream(row))) {
            int version = in.readByte();
            if (version != VERSION) throw new IOException("a row of version " + version);
            return new Upload(
                    in.readUTF(),
                    in.readLong(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readLong(),
                    in.readLong());
        } catch (IOException damaged) {
            throw new UncheckedIOException("the row of an upload can't be read", damaged);
        }
    }
}
