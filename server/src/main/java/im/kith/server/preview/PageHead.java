package im.kith.server.preview;

import im.kith.server.feature.previews.Pages.Page;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an HTML page says of itself in its head: OpenGraph (ogp.me) before the older ways. Reads as far as it goes in a
/// page of anybody's making: one pass, bounded, no exception. Pure.
///
/// @param pictures where its picture may be, as the page writes it, the best first
record PageHead(Page page, List<String> pictures) {

    private static final int MOST_TITLE = 200;
    private static final int MOST_DESCRIPTION = 400;
    private static final int MOST_PICTURES = 2;
    private static final int MOST_TAGS = 2_000;
    private static final int MOST_TAG_CHARS = 8_192;
    private static final Pattern ATTRIBUTE =
            Pattern.compile("([a-zA-Z:-]{1,32})\\s{0,8}=\\s{0,8}(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s\"'>]++))");
    private static final Pattern ENTITY = Pattern.compile("&(#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});");
    private static final Map<String, String> NAMED = Map.ofEntries(
            Map.entry("amp", "&"),
            Map.entry("lt", "<"),
            Map.entry("gt", ">"),
            Map.entry("quot", "\""),
            Map.entry("apos", "'"),
            Map.entry("nbsp", " "),
            Map.entry("ndash", "–"),
            Map.entry("mdash", "—"),
            Map.entry("hellip", "…"),
            Map.entry("laquo", "«"),
            Map.entry("raquo", "»"),
            Map.entry("auml", "ä"),
            Map.entry("ouml", "ö"),
            Map.entry("uuml", "ü"),
            Map.entry("szlig", "ß"),
            Map.entry("eacute", "é"),
            Map.entry("ntilde", "ñ"),
            Map.entry("copy", "©"),
            Map.entry("rsquo", "’"),
            Map.entry("ldquo", "“"),
            Map.entry("rdquo", "”"));

    /// Null when the page has no title of any kind.
    static @Nullable PageHead read(String html) {
        var said = new HashMap<String, String>();
        String title = null;
        int at = 0;
        for (int tags = 0; tags < MOST_TAGS; tags++) {
            int open = html.indexOf('<', at);
            if (open < 0) break;
            if (html.startsWith("<!--", open)) {
                int end = html.indexOf("-->", open + 4);
                if (end < 0) break;
                at = end + 3;
                continue;
            }
            int close = end(html, open);
            if (close < 0) break;
            var tag = html.substring(open + 1, Math.min(close, open + MOST_TAG_CHARS));
            var name = name(tag);
            at = close + 1;
            if (name.equals("body")) break;
            if (name.equals("title") && title == null) {
                int end = indexOf(html, "</title", at);
                title = html.substring(at, end < 0 ? Math.min(html.length(), at + MOST_TAG_CHARS) : end);
                at = end < 0 ? html.length() : end;
            } else if (name.equals("meta")) {
                note(tag, "property", "content", said);
            } else if (name.equals("link")) {
                note(tag, "rel", "href", said);
            } else if (name.equals("script") || name.equals("style")) {
                int end = indexOf(html, "</" + name, at);
                if (end < 0) break;
                at = end;
            }
        }
        var shown = first(said.get("og:title"), said.get("twitter:title"), title);
        if (shown.isEmpty()) return null;
        var pictures = pictures(said);
        var page = new Page(
                cut(shown, MOST_TITLE),
                cut(
                        first(said.get("og:description"), said.get("description"), said.get("twitter:description")),
                        MOST_DESCRIPTION),
                cut(first(said.get("og:site_name")), MOST_TITLE),
                !pictures.isEmpty());
        return new PageHead(page, pictures);
    }

    /// What a page shows of itself, then its sign. A drawing (SVG) is a program: none is ever asked for.
    private static List<String> pictures(Map<String, String> said) {
        return Stream.of(
                        first(said.get("og:image:secure_url"), said.get("og:image"), said.get("og:image:url")),
                        first(said.get("twitter:image"), said.get("twitter:image:src"), said.get("rel image_src")),
                        first(said.get("rel apple-touch-icon"), said.get("rel apple-touch-icon-precomposed")),
                        first(said.get("rel icon"), said.get("rel shortcut icon")))
                .filter(url -> !url.isEmpty() && !url.matches("(?i).*\\.(svgz?|ico)([?#].*)?"))
                .distinct()
                .limit(MOST_PICTURES)
                .toList();
    }

    /// Where the tag ends: a `>` in quotes is part of a value, unless the quotes never end.
    private static int end(String html, int open) {
        int most = Math.min(html.length(), open + MOST_TAG_CHARS);
        char quote = 0;
        for (int i = open; i < most; i++) {
            char c = html.charAt(i);
            if (quote != 0) quote = c == quote ? 0 : quote;
            else if ((c == '"' || c == '\'') && html.charAt(i - 1) == '=') quote = c;
            else if (c == '>') return i;
        }
        return html.indexOf('>', open);
    }

    private static String name(String tag) {
        int end = 0;
        while (end < tag.length() && Character.isLetterOrDigit(tag.charAt(end))) end++;
        return tag.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private static int indexOf(String html, String lower, int from) {
        for (int i = html.indexOf('<', from); i >= 0; i = html.indexOf('<', i + 1)) {
            if (html.regionMatches(true, i, lower, 0, lower.length())) return i;
        }
        return -1;
    }

    /// Notes what a tag says: a `meta` under its property or name, a `link` under "rel" and what it is.
    private static void note(String tag, String naming, String saying, Map<String, String> said) {
        String key = null;
        String content = null;
        var attributes = ATTRIBUTE.matcher(tag);
        while (attributes.find()) {
            var value = attributes.group(2) != null
                    ? attributes.group(2)
                    : attributes.group(3) != null ? attributes.group(3) : attributes.group(4);
            var name = attributes.group(1).toLowerCase(Locale.ROOT);
            if (name.equals(saying)) content = value;
            else if (name.equals("rel") && naming.equals("rel"))
                key = "rel " + value.toLowerCase(Locale.ROOT).strip();
            else if ((name.equals("property") || name.equals("name")) && naming.equals("property"))
                key = value.toLowerCase(Locale.ROOT);
        }
        if (key != null && content != null) said.putIfAbsent(key, content);
    }

    private static String first(@Nullable String... several) {
        for (var each : several) {
            var text = each == null ? "" : plain(each);
            if (!text.isEmpty()) return text;
        }
        return "";
    }

    /// Entities decoded once, what is not seen left out, spaces as one.
    private static String plain(String html) {
        var text = ENTITY.matcher(html).replaceAll(match -> Matcher.quoteReplacement(decoded(match.group(1))));
        var out = new StringBuilder();
        boolean space = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int type = Character.getType(c);
            boolean hidden = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.PRIVATE_USE
                    || type == Character.UNASSIGNED;
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) space = true;
            else if (!hidden) {
                if (space && !out.isEmpty()) out.append(' ');
                space = false;
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }

    private static String decoded(String entity) {
        if (!entity.startsWith("#")) return NAMED.getOrDefault(entity, "&" + entity + ";");
        boolean hex = entity.charAt(1) == 'x' || entity.charAt(1) == 'X';
        int c = Integer.parseInt(entity.substring(hex ? 2 : 1), hex ? 16 : 10);
        return Character.isValidCodePoint(c) && (c < 0xd800 || c > 0xdfff) && c > 0 ? Character.toString(c) : "";
    }

    private static String cut(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) return text;
        return text.substring(0, text.offsetByCodePoints(0, most - 1)).strip() + "…";
    }
}
