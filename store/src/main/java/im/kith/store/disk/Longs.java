package im.kith.store.disk;

import java.util.Arrays;

/// A small sorted set of numbers that mostly grows at its end.
final class Longs {

    private long[] values = new long[4];
    private int size;

    boolean add(long value) {
        int at = find(value);
        if (at >= 0) return false;
        at = -at - 1;
        if (size == values.length) values = Arrays.copyOf(values, 2 * size);
        System.arraycopy(values, at, values, at + 1, size - at);
        values[at] = value;
        size++;
        return true;
    }

    boolean remove(long value) {
        int at = find(value);
        if (at < 0) return false;
        System.arraycopy(values, at + 1, values, at, --size - at);
        return true;
    }

    void removeUpTo(long value) {
        int at = find(value);
        int count = at >= 0 ? at + 1 : -at - 1;
        System.arraycopy(values, count, values, 0, size - count);
        size -= count;
    }

    boolean contains(long value) {
        return find(value) >= 0;
    }

    int size() {
        return size;
    }

    long[] toArray() {
        return Arrays.copyOf(values, size);
    }

    private int find(long value) {
        if (size == 0 || values[size - 1] < value) return -size - 1;
        return Arrays.binarySearch(values, 0, size, value);
    }
}
