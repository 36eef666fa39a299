package im.kith.trial.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// The measured message: its body is `kb1 RUN SENDER SEQUENCE NANOS filler`, so that identity and latency survive any
/// rewriting of ids, and messages of another run are known as such. One per loop: it is a buffer to write into and a
/// place to read from.
final class Payload {

    private static final byte[] FILLER = "The quick brown fox jumps over the lazy dog. ".getBytes(US_ASCII);
    private static final byte[] MARK = "kb1 ".getBytes(US_ASCII);

    private final int run;
    private final int bodyBytes;
    private byte[] out;
    private int length;

    int sender;
    long sequence;
    long sentNanos;

    Payload(int run, int bodyBytes) {
        this.run = run;
        this.bodyBytes = bodyBytes;
        out = new byte[bodyBytes + 1024];
    }

    /// Writes a whole message stanza; the bytes are in [#bytes()] up to [#length()].
    void write(byte[] to, int sender, long sequence, long nanos) {
        write(to, "chat", sender, sequence, nanos);
    }

    void write(byte[] to, String type, int sender, long sequence, long nanos) {
        length = 0;
        put("<message to='");
        put(to);
        put("' type='");
        put(type);
        put("' id='b");
        put(sequence);
        put("'><body>");
        var begin = length;
        put(MARK);
        put(run);
        put(" ");
        put(sender);
        put(" ");
        put(sequence);
        put(" ");
        put(nanos);
        put(" ");
        for (var i = 0; length - begin < bodyBytes; i++) {
            ensure(1);
            out[length++] = FILLER[i % FILLER.length];
        }
        put("</body></message>");
    }

    byte[] bytes() {
        return out;
    }

    int length() {
        return length;
    }

    /// Reads a body; false if it is not one of this run. The fields hold what was read.
    boolean read(byte[] bytes, int from, int to) {
        if (to - from < 12) {
            return false;
        }
        for (var i = 0; i < MARK.length; i++) {
            if (bytes[from + i] != MARK[i]) {
                return false;
            }
        }
        var at = from + MARK.length;
        var values = new long[4];
        for (var i = 0; i < 4; i++) {
            var value = 0L;
            var digits = 0;
            while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
                value = value * 10 + (bytes[at++] - '0');
                digits++;
            }
            if (digits == 0) {
                return false;
            }
            values[i] = value;
            at++;
        }
        sender = (int) values[1];
        sequence = values[2];
        sentNanos = values[3];
        return values[0] == run;
    }

    private void put(String text) {
        ensure(text.length());
        for (var i = 0; i < text.length(); i++) {
            out[length++] = (byte) text.charAt(i);
        }
    }

    private void put(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void put(long number) {
        ensure(20);
        var digits = 1;
        for (var rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        var rest = number;
        for (var i = length + digits - 1; i >= length; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void ensure(int more) {
        if (length + more > out.length) {
            out = java.util.Arrays.copyOf(out, (length + more) * 2);
        }
    }
}
