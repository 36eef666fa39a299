package im.kith.server.http;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON bodies as maps. The parser bounds depth, number and name length by itself; a route bounds the body.
public final class Json {

    private Json() {}

    /// The object in `body`, or null when it holds anything else.
    public static @Nullable Map<String, Object> object(byte[] body) {
        try {
            return JSON.std.mapFrom(body);
        } catch (IOException | IllegalArgumentException notOne) {
            return null;
        }
    }

    public static String text(Object value) {
        try {
            return JSON.std.asString(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// The member if it is a string (or a number, as it is written), else null.
    public static @Nullable String string(Map<String, Object> object, String name) {
        var value = object.get(name);
        return value instanceof String text ? text : value instanceof Number number ? number.toString() : null;
    }

    /// The member if it is a list of objects, else null.
    @SuppressWarnings("unchecked")
    public static @Nullable List<Map<String, Object>> objects(Map<String, Object> object, String name) {
        if (!(object.get(name) instanceof List<?> list)) return null;
        for (var item : list) {
            if (!(item instanceof Map)) return null;
        }
        return (List<Map<String, Object>>) (List<?>) list;
    }

    public static Response response(int status, Map<String, ?> object) {
        return Response.json(status, text(object));
    }

    /// A problem document (RFC 9457) with members of its own beside the standard's.
    public static Response problem(int status, String title, String detail, Map<String, ?> members) {
        var document = new LinkedHashMap<String, Object>();
        document.put("type", "about:blank");
        document.put("title", title);
        document.put("status", status);
        document.put("detail", detail);
        document.putAll(members);
        return Response.of(status, "application/problem+json", text(document));
    }
}
