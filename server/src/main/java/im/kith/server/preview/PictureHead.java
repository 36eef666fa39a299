package im.kith.server.preview;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a picture's first bytes say: its type and how many pixels it unfolds to. Nothing is decoded; what a host calls
/// its bytes counts for nothing. Pure.
///
/// A few kilobytes can unfold to gigapixels, so one of too many is none. A drawing (SVG) is none either: it can hold
/// scripts and links.
record PictureHead(String type, int width, int height) {

    static final int MOST_EDGE = 10_000;
    static final int MOST_PIXELS = 16_000_000;

    private static final int[] PNG = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};

    /// Null when it is no picture of a type that is shown, or one of too many pixels, or of none.
    static @Nullable PictureHead read(byte[] b) {
        var head = isPng(b)
                ? new PictureHead("image/png", int32(b, 16), int32(b, 20))
                : says(b, 0, "GIF8") && b.length >= 10
                        ? new PictureHead("image/gif", little16(b, 6), little16(b, 8))
                        : says(b, 0, "RIFF") && says(b, 8, "WEBP") && b.length >= 30 ? webp(b) : jpeg(b);
        return head != null && head.isBearable() ? head : null;
    }

    private boolean isBearable() {
        return width > 0
                && height > 0
                && width <= MOST_EDGE
                && height <= MOST_EDGE
                && (long) width * height <= MOST_PIXELS;
    }

    private static boolean isPng(byte[] b) {
        if (b.length < 24) return false;
        for (int i = 0; i < PNG.length; i++) if ((b[i] & 0xff) != PNG[i]) return false;
        return true;
    }

    /// Three kinds of first chunk: lossy (RFC 6386 §9.1), lossless, and extended (RFC 9649 §2.7).
    private static @Nullable PictureHead webp(byte[] b) {
        if (says(b, 12, "VP8 ") && (b[23] & 0xff) == 0x9d)
            return new PictureHead("image/webp", little16(b, 26) & 0x3fff, little16(b, 28) & 0x3fff);
        if (says(b, 12, "VP8L") && b[20] == 0x2f) {
            int bits = little16(b, 21) | little16(b, 23) << 16;
            return new PictureHead("image/webp", (bits & 0x3fff) + 1, (bits >>> 14 & 0x3fff) + 1);
        }
        if (!says(b, 12, "VP8X")) return null;
        return new PictureHead(
                "image/webp",
                1 + (little16(b, 24) | (b[26] & 0xff) << 16),
                1 + (little16(b, 27) | (b[29] & 0xff) << 16));
    }

    /// Segments (ITU T.81 §B.2) up to the frame's; what stands before it is skipped by its length.
    private static @Nullable PictureHead jpeg(byte[] b) {
        if (b.length < 4 || (b[0] & 0xff) != 0xff || (b[1] & 0xff) != 0xd8) return null;
        int at = 2;
        while (at + 9 <= b.length) {
            if ((b[at] & 0xff) != 0xff) return null;
            int marker = b[at + 1] & 0xff;
            if (marker == 0xff) {
                at++;
                continue;
            }
            boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
            if (frame) return new PictureHead("image/jpeg", big16(b, at + 7), big16(b, at + 5));
            int length = big16(b, at + 2);
            if (length < 2 || marker == 0xd9 || marker == 0xda) return null;
            at += 2 + length;
        }
        return null;
    }

    private static boolean says(byte[] b, int at, String text) {
        return b.length >= at + text.length()
                && new String(b, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    private static int big16(byte[] b, int at) {
        return (b[at] & 0xff) << 8 | b[at + 1] & 0xff;
    }

    private static int little16(byte[] b, int at) {
        return (b[at + 1] & 0xff) << 8 | b[at] & 0xff;
    }

    private static int int32(byte[] b, int at) {
        return big16(b, at) << 16 | big16(b, at + 2);
    }
}
