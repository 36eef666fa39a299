package im.kith.store;

/// Bytes that several entries may share. Appending the same instance for a second owner shortly after the first lets an
/// engine write the bytes once. The array must not change any more.
public final class Body {

    private final byte[] bytes;

    public Body(byte[] bytes) {
        this.bytes = bytes;
    }

    public byte[] bytes() {
        return bytes;
    }
}
