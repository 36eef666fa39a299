package im.kith.trial.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/// The bytes of a file that nobody has to keep: made anew whenever they are wanted, the same each time.
record Content(long bytes) {

    private static final int PIECE_BYTES = 1 << 20;

    /// Every piece begins with its number, so that one that is missing or moved is noticed.
    void writeTo(OutputStream out) throws IOException {
        var piece = piece();
        long left = bytes;
        for (long number = 0; left > 0; number++) {
            ByteBuffer.wrap(piece).putLong(number);
            int count = (int) Math.min(left, PIECE_BYTES);
            out.write(piece, 0, count);
            left -= count;
        }
    }

    private static byte[] piece() {
        var piece = new byte[PIECE_BYTES];
        new Random(1).nextBytes(piece);
        return piece;
    }

    long checksum() {
        var sum = new CRC32C();
        try {
            writeTo(new OutputStream() {
                @Override
                public void write(int value) {
                    sum.update(value);
                }

                @Override
                public void write(byte[] from, int offset, int count) {
                    sum.update(from, offset, count);
                }
            });
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return sum.getValue();
    }
}
