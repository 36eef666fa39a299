package im.kith.store;

import org.jspecify.annotations.Nullable;

/// Bytes that several entries may share. Appending the same instance for a second owner shortly after the first lets an
/// engine write the bytes once. The array must not change any more.
public final class Body {

    private final byte[] bytes;
    private @Nullable Object place;

    public Body(byte[] bytes) {
        this.bytes = bytes;
    }

    public byte[] bytes() {
        return bytes;
    }

    /// For engines: where the writer of an engine has put these bytes, or null. Only that one thread calls this.
    public @Nullable Object place() {
        return place;
    }

    /// For engines: remembers where the bytes are.
    public void place(Object place) {
        this.place = place;
    }
}
