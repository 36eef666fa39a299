package im.kith.server.media;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// How an upload is shown to a browser: so that none runs as a page of ours, whatever its owner says it is.
///
/// Pictures, sound and video are shown where they are linked; all else is saved. What a browser would run is bytes. No
/// upload may load or run anything, and each stands in an origin of its own (`sandbox`).
final class Served {

    static final String POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; "
            + "sandbox; frame-ancestors 'none'";

    private static final String BYTES = "application/octet-stream";
    /// Raster images only: SVG has scripts.
    private static final Set<String> SHOWN_IMAGES =
            Set.of("jpeg", "jpg", "png", "gif", "webp", "avif", "heic", "heif", "bmp", "apng", "jxl");

    private static final Set<String> RUN = Set.of(
            "text/html",
            "text/xml",
            "text/xsl",
            "text/css",
            "text/javascript",
            "text/ecmascript",
            "text/vtt",
            "application/xml",
            "application/javascript",
            "application/ecmascript",
            "application/x-javascript",
            "application/wasm",
            "application/x-shockwave-flash",
            "application/manifest+json",
            "multipart/x-mixed-replace");

    private Served() {}

    /// The type without parameters, in lower case; bytes for what is none.
    static String plain(String type) {
        int semicolon = type.indexOf(';');
        var plain =
                (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
        return plain.matches("[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}") ? plain : BYTES;
    }

    static String type(String declared) {
        var type = plain(declared);
        return RUN.contains(type) || type.endsWith("+xml") ? BYTES : type;
    }

    static String disposition(String declared, String name) {
        var type = plain(declared);
        int slash = type.indexOf('/');
        var family = type.substring(0, slash);
        boolean shown = family.equals("video")
                || family.equals("audio")
                || (family.equals("image") && SHOWN_IMAGES.contains(type.substring(slash + 1)));
        return (shown ? "inline" : "attachment") + "; filename*=UTF-8''" + encoded(name);
    }

    /// Percent-encoded for one segment of a path, and for RFC 8187.
    static String encoded(String text) {
        var out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || c == '.' || c == '-' || c == '_') out.append(c);
            else out.append('%').append("%02X".formatted((int) c));
        }
        return out.toString();
    }

    /// A name that is good in a path and on a disk: no separators, no controls, not too long, its ending kept.
    static String name(String wished) {
        var name = wished.replaceAll("[/\\\\\\p{Cntrl}]", "_").strip();
        if (name.isEmpty() || name.equals(".") || name.equals("..")) return "file";
        if (name.codePointCount(0, name.length()) <= MOST_NAME_CHARS) return name;
        int dot = name.lastIndexOf('.');
        var ending = dot < 0 || name.length() - dot > MOST_ENDING_CHARS ? "" : name.substring(dot);
        return name.substring(0, name.offsetByCodePoints(0, MOST_NAME_CHARS - MOST_ENDING_CHARS)) + ending;
    }

    private static final int MOST_NAME_CHARS = 120;
    private static final int MOST_ENDING_CHARS = 12;
}
