package im.kith.server.net;

/// What was read of one connection and is not done with. Reading stops at a bound and goes on at half of it.
///
/// On its connection's event loop only.
final class ReadAhead {

    private int stanzas;
    private int bytes;

    void arrived() {
        stanzas++;
    }

    void read(int count) {
        bytes += count;
    }

    /// Bytes are counted together, so each stanza's share of them is the same.
    void consumed(int count) {
        if (count >= stanzas) {
            stanzas = 0;
            bytes = 0;
        } else {
            bytes -= (int) ((long) bytes * count / stanzas);
            stanzas -= count;
        }
    }

    int stanzas() {
        return stanzas;
    }

    int bytes() {
        return bytes;
    }

    void forgetBytes() {
        bytes = 0;
    }

    boolean admitsMore(Bounds bounds, boolean reading) {
        int part = reading ? 1 : 2;
        int mostStanzas = bounds.readAheadStanzas() / part;
        int mostBytes = bounds.readAheadBytes() / part;
        return reading ? stanzas < mostStanzas && bytes < mostBytes : stanzas <= mostStanzas && bytes <= mostBytes;
    }
}
