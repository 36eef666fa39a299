package im.kith.trial.wire;

import java.util.Arrays;

/// Cuts the bytes of an XMPP stream into its opening tag, the whole elements below it and its closing tag (RFC 6120
/// §4).
///
/// It checks no well-formedness beyond what is needed to find the ends: the peer is the one under trial, and whoever
/// looks at an element parses it. Positions point into [#array()] and hold until the next [#feed]. One thread at a
/// time.
public final class Scanner {

    /// What [#next()] found; [#from()] and [#to()] bound its bytes.
    public enum Found {
        MORE,
        OPEN,
        ELEMENT,
        CLOSE
    }

    private enum State {
        TEXT,
        MARKUP,
        START_TAG,
        SINGLE_QUOTED,
        DOUBLE_QUOTED,
        END_TAG,
        INSTRUCTION,
        BANG
    }

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int consumed;
    private int position;
    private int limit;
    private int depth;
    private int markup;
    private int element;
    private int from;
    private int to;
    private State state = State.TEXT;
    private boolean slash;

    /// Appends received bytes. Whatever was found before is gone from the buffer afterwards.
    public void feed(byte[] source, int offset, int length) {
        if (consumed == limit) {
            consumed = 0;
            position = 0;
            limit = 0;
            if (bytes.length > 16_384 || bytes.length < length) {
                bytes = new byte[Math.max(length, 512)];
            }
        } else if (limit + length > bytes.length) {
            compact(length);
        }
        System.arraycopy(source, offset, bytes, limit, length);
        limit += length;
    }

    private void compact(int length) {
        var kept = limit - consumed;
        var target = kept + length > bytes.length ? new byte[(kept + length) * 2] : bytes;
        System.arraycopy(bytes, consumed, target, 0, kept);
        bytes = target;
        position -= consumed;
        markup -= consumed;
        element -= consumed;
        limit = kept;
        consumed = 0;
    }

    /// Starts over for a new stream on the same connection; what is still unread belongs to it.
    public void restart() {
        depth = 0;
        state = State.TEXT;
    }

    /// Gives the buffer back while nothing is half-read: ten thousand idle connections need none.
    public void release() {
        if (consumed == limit) {
            bytes = NOTHING;
            consumed = 0;
            position = 0;
            limit = 0;
        }
    }

    public byte[] array() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    public Found next() {
        while (position < limit) {
            var found = step(bytes[position++]);
            if (found != Found.MORE) {
                consumed = position;
                to = position;
                return found;
            }
        }
        if (depth <= 1 && state == State.TEXT) {
            consumed = position;
        }
        return Found.MORE;
    }

    private Found step(byte b) {
        switch (state) {
            case TEXT -> {
                if (b == '<') {
                    markup = position - 1;
                    if (depth <= 1) {
                        consumed = markup;
                    }
                    state = State.MARKUP;
                }
            }
            case MARKUP -> {
                slash = false;
                state = switch (b) {
                    case '/' -> State.END_TAG;
                    case '?' -> State.INSTRUCTION;
                    case '!' -> State.BANG;
                    default -> State.START_TAG;
                };
            }
            case START_TAG -> {
                if (b == '>') {
                    state = State.TEXT;
                    return started();
                }
                slash = b == '/';
                if (b == '\'') {
                    state = State.SINGLE_QUOTED;
                } else if (b == '"') {
                    state = State.DOUBLE_QUOTED;
                }
            }
            case SINGLE_QUOTED -> {
                if (b == '\'') {
                    state = State.START_TAG;
                }
            }
            case DOUBLE_QUOTED -> {
                if (b == '"') {
                    state = State.START_TAG;
                }
            }
            case END_TAG -> {
                if (b == '>') {
                    state = State.TEXT;
                    return ended();
                }
            }
            case INSTRUCTION -> {
                if (b == '>') {
                    state = State.TEXT;
                }
            }
            case BANG -> {
                if (b == '>' && bangEnds()) {
                    state = State.TEXT;
                }
            }
        }
        return Found.MORE;
    }

    private Found started() {
        if (depth == 0) {
            depth = 1;
            from = markup;
            return Found.OPEN;
        }
        if (depth == 1) {
            element = markup;
        }
        if (!slash) {
            depth++;
        } else if (depth == 1) {
            from = element;
            return Found.ELEMENT;
        }
        return Found.MORE;
    }

    private Found ended() {
        depth--;
        if (depth == 1) {
            from = element;
            return Found.ELEMENT;
        }
        if (depth <= 0) {
            from = markup;
            depth = 0;
            return Found.CLOSE;
        }
        return Found.MORE;
    }

    /// A comment ends with `-->`, a CDATA section with `]]>`, anything else with the first `>`.
    private boolean bangEnds() {
        var at = position - 1;
        if (startsAt(markup, "<!--")) {
            return at - markup >= 6 && startsAt(at - 2, "-->");
        }
        if (startsAt(markup, "<![CDATA[")) {
            return startsAt(at - 2, "]]>");
        }
        return true;
    }

    private boolean startsAt(int offset, String ascii) {
        if (offset < 0 || offset + ascii.length() > limit) {
            return false;
        }
        for (var i = 0; i < ascii.length(); i++) {
            if (bytes[offset + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The bytes last found, as a copy.
    public byte[] copy() {
        return Arrays.copyOfRange(bytes, from, to);
    }
}
