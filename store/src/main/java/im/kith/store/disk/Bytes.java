package im.kith.store.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing byte array and the encodings used in the log: big-endian numbers, varints (7 bits per byte, low first),
/// names as varint length and UTF-8. For one thread.
final class Bytes {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    byte[] array;
    int size;

    Bytes(int capacity) {
        array = new byte[capacity];
    }

    static long getLong(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    static int getInt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    void room(int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, Math.max(size + more, Math.min(Integer.MAX_VALUE - 16, 2 * array.length)));
        }
    }

    void u8(int value) {
        room(1);
        array[size++] = (byte) value;
    }

    void u16(int value) {
        room(2);
        array[size++] = (byte) (value >>> 8);
        array[size++] = (byte) value;
    }

    void u32(int value) {
        room(4);
        putInt(array, size, value);
        size += 4;
    }

    void u64(long value) {
        room(8);
        putLong(array, size, value);
        size += 8;
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            array[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
    }

    void bytes(byte[] value) {
        varint(value.length);
        room(value.length);
        System.arraycopy(value, 0, array, size, value.length);
        size += value.length;
    }

    void name(String value) {
        int length = value.length();
        if (length < 128) {
            room(length + 1);
            byte[] to = array;
            int at = size + 1;
            int i = 0;
            for (; i < length; i++) {
                char c = value.charAt(i);
                if (c >= 128) break;
                to[at + i] = (byte) c;
            }
            if (i == length) {
                to[size] = (byte) length;
                size += length + 1;
                return;
            }
        }
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }
}
