package im.kith.store.disk;

/// The row `M owner`: what is known of an owner beyond its entries. All zero when there is no such row.
///
/// `peersUpTo`: blocks below this have rows by peer.
record Meta(long trim, long last, long lastMillis, long peersUpTo) {

    static final Meta NONE = new Meta(0, 0, 0, 0);

    static Meta of(Rows rows, String owner) {
        byte[] row = rows.get(Keys.owner('M', owner));
        if (row == null) return NONE;
        return new Meta(Bytes.getLong(row, 0), Bytes.getLong(row, 8), Bytes.getLong(row, 16), Bytes.getLong(row, 24));
    }

    byte[] encode() {
        byte[] row = new byte[32];
        Bytes.putLong(row, 0, trim);
        Bytes.putLong(row, 8, last);
        Bytes.putLong(row, 16, lastMillis);
        Bytes.putLong(row, 24, peersUpTo);
        return row;
    }
}
