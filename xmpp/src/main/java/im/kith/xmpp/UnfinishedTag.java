package im.kith.xmpp;

/// How far a tag that came in pieces has been looked through for its end, so that each byte is looked at once however
/// many pieces there are.
final class UnfinishedTag {

    private int scanned;
    private byte quote;

    /// Whether a tag is being waited for.
    boolean isWaiting() {
        return scanned > 0;
    }

    /// Looks on in the tag that begins at `from`. True: it is worth reading now, it has ended or cannot be right.
    boolean hasEnd(byte[] in, int from, int end) {
        boolean endTag = from + 1 < end && in[from + 1] == '/';
        for (int i = from + Math.max(1, scanned); i < end; i++) {
            byte b = in[i];
            if (b == '<' || (b == '>' && quote == 0)) {
                clear();
                return true;
            }
            if (b == quote) quote = 0;
            else if (quote == 0 && (b == '\'' || b == '"') && !endTag) quote = b;
        }
        scanned = end - from;
        return false;
    }

    void clear() {
        scanned = 0;
        quote = 0;
    }
}
