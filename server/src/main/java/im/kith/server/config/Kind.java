package im.kith.server.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What values a key takes: how one is read, what is allowed (in words for the operator), and whether it is a secret.
///
/// Values come from a file, where they have types, or from `--set`, where all is text: every kind reads both.
record Kind<T>(String allowed, boolean secret, Reader<T> reader) {

    interface Reader<T> {
        T read(ConfigValue value) throws BadValue;
    }

    private interface Parser<T> {
        T parse(String text) throws BadValue;
    }

    private static final Pattern AMOUNT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)");

    private static final Map<String, Long> MILLIS = units(
            1,
            "ms millis milliseconds",
            1000,
            "s sec second seconds",
            60_000,
            "m min minute minutes",
            3_600_000,
            "h hour hours",
            86_400_000,
            "d day days",
            604_800_000,
            "w week weeks");

    private static final Map<String, Long> BYTES =
            units(1, "b byte bytes", 1 << 10, "k kb kib", 1 << 20, "m mb mib", 1 << 30, "g gb gib");

    T read(ConfigValue value) throws BadValue {
        return reader.read(value);
    }

    static Kind<String> text(String allowed, Pattern pattern) {
        return scalar(allowed, text -> {
            if (!pattern.matcher(text).matches()) throw new BadValue("\"" + text + "\" is not allowed");
            return text;
        });
    }

    /// Any text; never shown.
    static Kind<String> secretText(String allowed) {
        return new Kind<>(allowed, true, value -> scalarText(value));
    }

    static Kind<Path> path(String allowed) {
        return scalar(allowed, Path::of);
    }

    /// A path, or "" for none.
    static Kind<Path> optionalPath() {
        return path("a path, or \"\" for none");
    }

    static Kind<Boolean> flag() {
        return scalar("true, false", text -> switch (text) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new BadValue("\"" + text + "\" is neither true nor false");
        });
    }

    static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
        var constants = type.getEnumConstants();
        var allowed = Arrays.stream(constants).map(constant -> label(constant)).collect(Collectors.joining(", "));
        return scalar(allowed, text -> {
            for (var constant : constants) {
                if (label(constant).equals(text)) return constant;
            }
            throw new BadValue("\"" + text + "\" is none of them");
        });
    }

    static Kind<Integer> integer(int min, int max) {
        return scalar("a whole number from " + min + " to " + max, text -> {
            try {
                int number = Integer.parseInt(text);
                if (number >= min && number <= max) return number;
                throw new BadValue(number + " is out of range");
            } catch (NumberFormatException e) {
                throw new BadValue("\"" + text + "\" is not a whole number");
            }
        });
    }

    /// A time span from `min` to `max`, or 0 where `zero` says what that means.
    static Kind<Duration> duration(Duration min, Duration max, @Nullable String zero) {
        var allowed = "a time from " + shown(min) + " to " + shown(max) + " (ms, s, m, h, d, w)"
                + (zero == null ? "" : ", or 0: " + zero);
        return scalar(allowed, text -> {
            long millis = amount(text, MILLIS, "a time");
            if (millis == 0 && zero != null) return Duration.ZERO;
            if (millis < min.toMillis() || millis > max.toMillis()) throw new BadValue(text + " is out of range");
            return Duration.ofMillis(millis);
        });
    }

    /// A size in bytes from `min` to `max`.
    static Kind<Long> bytes(long min, long max) {
        var allowed = "a size from " + sized(min) + " to " + sized(max) + " (B, KiB, MiB, GiB)";
        return scalar(allowed, text -> {
            long bytes = amount(text, BYTES, "a size");
            if (bytes < min || bytes > max) throw new BadValue(text + " is out of range");
            return bytes;
        });
    }

    private static final String ADDRESSES =
            "host:port, say 127.0.0.1:5222 or [::]:5222; port 1 to 65535, or 0 for any free one";

    static Kind<Address> address() {
        return scalar(ADDRESSES, Kind::address);
    }

    /// An address, or "" for none: [Address#NONE].
    static Kind<Address> optionalAddress() {
        return scalar(ADDRESSES + "; or \"\" for none", text -> text.isEmpty() ? Address.NONE : address(text));
    }

    private static Address address(String text) throws BadValue {
        int colon = text.lastIndexOf(':');
        if (colon < 1) throw new BadValue("\"" + text + "\" has no port");
        var host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        else if (host.indexOf(':') >= 0) throw new BadValue("an IPv6 address stands in brackets");
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > 65_535) throw new BadValue("port " + port + " is out of range");
            return new Address(host, port);
        } catch (NumberFormatException e) {
            throw new BadValue("\"" + text.substring(colon + 1) + "\" is not a port");
        }
    }

    /// A list of texts; from `--set` separated by commas.
    static Kind<List<String>> texts(String allowed, Pattern each) {
        return new Kind<>(allowed, false, value -> {
            var texts = new ArrayList<String>();
            if (value instanceof ConfigList list) {
                for (var item : list) texts.add(scalarText(item));
            } else {
                for (var part : scalarText(value).split(",", -1)) if (!part.isBlank()) texts.add(part.strip());
            }
            for (var text : texts) {
                if (!each.matcher(text).matches()) throw new BadValue("\"" + text + "\" is not allowed");
            }
            return List.copyOf(texts);
        });
    }

    /// A map from any name to text; from `--set` as `a=b,c=d`.
    static Kind<Map<String, String>> table(String allowed, boolean secret, Pattern each) {
        return new Kind<>(allowed, secret, value -> {
            var table = new TreeMap<String, String>();
            if (value instanceof ConfigObject object) {
                for (var entry : object.toConfig().entrySet()) {
                    var name = String.join(".", com.typesafe.config.ConfigUtil.splitPath(entry.getKey()));
                    table.put(name, scalarText(entry.getValue()));
                }
            } else {
                for (var part : scalarText(value).split(",", -1)) {
                    int equals = part.indexOf('=');
                    if (!part.isBlank() && equals < 1) throw new BadValue("\"" + part + "\" is not name=value");
                    if (!part.isBlank()) table.put(part.substring(0, equals).strip(), part.substring(equals + 1));
                }
            }
            for (var entry : table.entrySet()) {
                if (!each.matcher(entry.getValue()).matches()) {
                    throw new BadValue("the value of \"" + entry.getKey() + "\" is not allowed");
                }
            }
            return Map.copyOf(table);
        });
    }

    /// An enum constant as it is written in a configuration.
    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <T> Kind<T> scalar(String allowed, Parser<T> parser) {
        return new Kind<>(allowed, false, value -> {
            var text = scalarText(value);
            try {
                return parser.parse(text);
            } catch (java.nio.file.InvalidPathException e) {
                throw new BadValue("\"" + text + "\" is not a path");
            }
        });
    }

    private static String scalarText(ConfigValue value) throws BadValue {
        if (value.valueType() == ConfigValueType.OBJECT) throw new BadValue("a group stands where a value should");
        if (value.valueType() == ConfigValueType.LIST) throw new BadValue("a list stands where one value should");
        if (value.valueType() == ConfigValueType.NULL) throw new BadValue("null is no value");
        var plain = value.unwrapped();
        return plain instanceof Double number
                ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
                : String.valueOf(plain);
    }

    private static long amount(String text, Map<String, Long> units, String what) throws BadValue {
        var matcher = AMOUNT.matcher(text.strip());
        if (!matcher.matches()) throw new BadValue("\"" + text + "\" is not " + what);
        var number = new BigDecimal(matcher.group(1));
        var unit = matcher.group(2).toLowerCase(Locale.ROOT);
        if (number.signum() == 0) return 0;
        var factor = unit.isEmpty() && units == BYTES ? Long.valueOf(1) : units.get(unit);
        if (factor == null) throw new BadValue("\"" + text + "\" has no unit that is known");
        return number.multiply(BigDecimal.valueOf(factor)).longValue();
    }

    private static String shown(Duration duration) {
        long millis = duration.toMillis();
        for (var unit : List.of("d", "h", "m", "s")) {
            long factor = MILLIS.get(unit) == null ? 1 : MILLIS.get(unit);
            if (millis >= factor && millis % factor == 0) return millis / factor + " " + unit;
        }
        return millis + " ms";
    }

    private static String sized(long bytes) {
        if (bytes >= 1 << 30 && bytes % (1 << 30) == 0) return (bytes >> 30) + " GiB";
        if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) return (bytes >> 20) + " MiB";
        if (bytes >= 1 << 10 && bytes % (1 << 10) == 0) return (bytes >> 10) + " KiB";
        return bytes + " B";
    }

    private static Map<String, Long> units(Object... pairs) {
        var units = new TreeMap<String, Long>();
        for (int i = 0; i < pairs.length; i += 2) {
            for (var name : ((String) pairs[i + 1]).split(" ")) units.put(name, ((Number) pairs[i]).longValue());
        }
        return units;
    }
}
