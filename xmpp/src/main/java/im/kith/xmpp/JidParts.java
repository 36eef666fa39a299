package im.kith.xmpp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import rocks.xmpp.precis.PrecisProfile;
import rocks.xmpp.precis.PrecisProfiles;

/// Preparation and enforcement of an address's three parts (RFC 7622 §3). Each answers null for what is not allowed.
///
/// Plain ASCII, nearly all that is sent, is settled here by a table; the rest goes to the PRECIS library.
final class JidParts {

    private static final int MOST_BYTES = 1023;
    private static final int MOST_LABEL_CHARS = 63;

    /// May stand in a local part as it is; is a capital there; may stand in a domain's label.
    private static final int LOCAL = 1;

    private static final int CAPITAL = 2;
    private static final int LABEL = 4;
    private static final byte[] CLASS = new byte[128];

    static {
        for (char c = '!'; c <= '~'; c++) {
            if ("\"&'/:<>@".indexOf(c) < 0) CLASS[c] |= LOCAL;
            if (c >= 'A' && c <= 'Z') CLASS[c] |= CAPITAL;
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.') CLASS[c] |= LABEL;
        }
    }

    private JidParts() {}

    /// UsernameCaseMapped (RFC 8265 §3.3) without `"&'/:<>@` (RFC 7622 §3.3.1).
    static @Nullable String local(String local) {
        int length = local.length();
        if (length == 0 || length > MOST_BYTES) return null;
        int classes = 0;
        for (int i = 0; i < length; i++) {
            char c = local.charAt(i);
            if (c >= 128) return localBeyondAscii(local);
            if ((CLASS[c] & LOCAL) == 0) return null;
            classes |= CLASS[c];
        }
        return (classes & CAPITAL) == 0 ? local : local.toLowerCase(Locale.ROOT);
    }

    private static @Nullable String localBeyondAscii(String local) {
        var enforced = enforced(PrecisProfiles.USERNAME_CASE_MAPPED, local);
        if (enforced == null) return null;
        // Full-width forms of the excluded characters have become these by now.
        for (int i = 0; i < enforced.length(); i++) {
            char c = enforced.charAt(i);
            if (c < 128 && (CLASS[c] & LOCAL) == 0) return null;
        }
        return enforced;
    }

    /// OpaqueString (RFC 8265 §4.2). A space at its beginning is refused, as in RFC 7622 §3.5, example 19.
    static @Nullable String resource(String resource) {
        int length = resource.length();
        if (length == 0 || length > MOST_BYTES || resource.charAt(0) == ' ') return null;
        for (int i = 0; i < length; i++) {
            char c = resource.charAt(i);
            if (c >= 128) {
                var enforced = enforced(PrecisProfiles.OPAQUE_STRING, resource);
                return enforced == null || enforced.charAt(0) == ' ' ? null : enforced;
            }
            if (c < ' ' || c == 127) return null;
        }
        return resource;
    }

    /// A name of NR-LDH labels and U-labels, an IPv4 address, or an IPv6 address in brackets (RFC 7622 §3.2).
    static @Nullable String domain(String domain) {
        int length = domain.length();
        if (length > MOST_BYTES + 1) return null;
        if (length > 0 && domain.charAt(0) == '[') return isIpv6(domain) ? domain.toLowerCase(Locale.ROOT) : null;
        int classes = 0;
        for (int i = 0; i < length; i++) {
            char c = domain.charAt(i);
            if (c >= 128) return internationalDomain(domain);
            if ((CLASS[c] & (LABEL | CAPITAL)) == 0) return null;
            classes |= CLASS[c];
        }
        var lower = (classes & CAPITAL) == 0 ? domain : domain.toLowerCase(Locale.ROOT);
        if (lower.contains("xn--")) return internationalDomain(lower);
        var stripped = lower.endsWith(".") ? lower.substring(0, length - 1) : lower;
        return hasGoodLabels(stripped) ? stripped : null;
    }

    private static @Nullable String internationalDomain(String domain) {
        var enforced = enforced(PrecisProfiles.IDN, domain);
        if (enforced == null) return null;
        var stripped = enforced.endsWith(".") ? enforced.substring(0, enforced.length() - 1) : enforced;
        for (int i = 0; i < stripped.length(); ) {
            int c = stripped.codePointAt(i);
            if (c < 128 ? (CLASS[c] & LABEL) == 0 : !isLetterDigitOrMark(c)) return null;
            i += Character.charCount(c);
        }
        return hasGoodLabels(stripped) ? stripped : null;
    }

    private static boolean isLetterDigitOrMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> Character.isLetterOrDigit(c);
        };
    }

    /// Labels of one to 63 characters that neither begin nor end with a hyphen, nor are reserved (RFC 5890 §2.3.1).
    private static boolean hasGoodLabels(String domain) {
        int from = 0;
        while (true) {
            int dot = domain.indexOf('.', from);
            int to = dot < 0 ? domain.length() : dot;
            if (to == from || to - from > MOST_LABEL_CHARS) return false;
            if (domain.charAt(from) == '-' || domain.charAt(to - 1) == '-') return false;
            if (to - from >= 4 && domain.charAt(from + 2) == '-' && domain.charAt(from + 3) == '-') return false;
            if (isMark(domain.codePointAt(from))) return false;
            if (dot < 0) return true;
            from = dot + 1;
        }
    }

    private static boolean isMark(int c) {
        return c >= 128 && isLetterDigitOrMark(c) && !Character.isLetterOrDigit(c);
    }

    /// Eight groups of one to four hexadecimal digits, one run of which may be left out; the last two may be written as
    /// an IPv4 address (RFC 3986 §3.2.2).
    private static boolean isIpv6(String literal) {
        if (!literal.endsWith("]")) return false;
        var address = literal.substring(1, literal.length() - 1);
        int gap = address.indexOf("::");
        if (gap < 0) return groups(address, true) == 8;
        if (address.indexOf("::", gap + 1) >= 0) return false;
        int before = groups(address.substring(0, gap), false);
        int after = groups(address.substring(gap + 2), true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    /// How many groups of sixteen bits these are, or -1 when they are none.
    private static int groups(String text, boolean mayEndInIpv4) {
        if (text.isEmpty()) return 0;
        var groups = text.split(":", -1);
        int count = groups.length;
        for (int i = 0; i < groups.length; i++) {
            if (i == groups.length - 1 && mayEndInIpv4 && isIpv4(groups[i])) count++;
            else if (!isNumber(groups[i], 16, 4, 0xFFFF)) return -1;
        }
        return count;
    }

    private static boolean isIpv4(String text) {
        var parts = text.split("\\.", -1);
        for (var part : parts) {
            if (!isNumber(part, 10, 3, 255)) return false;
        }
        return parts.length == 4;
    }

    private static boolean isNumber(String text, int radix, int mostDigits, int most) {
        if (text.isEmpty() || text.length() > mostDigits) return false;
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) return false;
            number = number * radix + digit;
        }
        return number <= most;
    }

    /// The part as the profile enforces it, or null. What the profile would change once more is refused (as U+10A0 in a
    /// domain, which becomes a letter that IDNA does not know): an address must be the same when it is read again.
    private static @Nullable String enforced(PrecisProfile profile, String part) {
        try {
            var enforced = profile.enforce(part);
            if (!enforced.equals(profile.enforce(enforced))) return null;
            return enforced.isEmpty() || utf8Length(enforced) > MOST_BYTES ? null : enforced;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            bytes += XmlChars.utf8Length(c);
            i += Character.charCount(c);
        }
        return bytes;
    }
}
