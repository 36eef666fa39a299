package im.kith.server.account;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The name of an archived message (XEP-0313 §3, XEP-0359): its number in the account's log as 16 lower-case hex
/// digits. One place, since stanza ids, archive results and archive queries must agree.
final class ArchiveId {

    private static final int DIGITS = 16;

    private ArchiveId() {}

    static String of(long seq) {
        var digits = new byte[DIGITS];
        for (int i = DIGITS - 1; i >= 0; i--, seq >>>= 4) {
            int digit = (int) (seq & 0xf);
            digits[i] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
        return new String(digits, StandardCharsets.ISO_8859_1);
    }

    /// The number, or -1 when `text` is no id that this server gives (numbers begin at 1).
    static long parse(@Nullable String text) {
        if (text == null || text.length() != DIGITS) return -1;
        long seq = 0;
        for (int i = 0; i < DIGITS; i++) {
            char c = text.charAt(i);
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) return -1;
            seq = seq << 4 | digit;
        }
        return seq > 0 ? seq : -1;
    }
}
