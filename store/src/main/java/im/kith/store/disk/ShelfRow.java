package im.kith.store.disk;

import java.util.Arrays;

/// The value of a row `S shelf owner key`: where its record is in the log, and the bytes.
final class ShelfRow {

    private static final int HEADER = 12;

    private ShelfRow() {}

    static byte[] encode(byte[] value, long at, int recordLength) {
        byte[] row = new byte[HEADER + value.length];
        Bytes.putLong(row, 0, at);
        Bytes.putInt(row, 8, recordLength);
        System.arraycopy(value, 0, row, HEADER, value.length);
        return row;
    }

    static byte[] value(byte[] row) {
        return Arrays.copyOfRange(row, HEADER, row.length);
    }

    static long at(byte[] row) {
        return Bytes.getLong(row, 0);
    }
}
