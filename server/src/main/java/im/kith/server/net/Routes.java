package im.kith.server.net;

import im.kith.server.http.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The table of routes. Immutable.
final class Routes {

    /// A route and the values of its path's `{names}`.
    record Match(Route route, Map<String, String> parameters) {}

    private record Entry(Route route, String[] parts) {}

    private final List<Entry> entries = new ArrayList<>();

    /// @throws IllegalArgumentException if two routes answer the same
    Routes(List<Route> routes) {
        var seen = new TreeSet<String>();
        for (var route : routes) {
            if (!seen.add(route.method() + " " + route.path().replaceAll("\\{[^}]*}", "{}"))) {
                throw new IllegalArgumentException("two routes for " + route.method() + " " + route.path());
            }
            entries.add(new Entry(route, route.path().split("/", -1)));
        }
    }

    /// The route for the path, or null. A literal part is better than a `{name}`.
    @Nullable
    Match find(String method, String path) {
        var wanted = method.equals("HEAD") ? "GET" : method;
        var parts = path.split("/", -1);
        Match found = null;
        for (var entry : entries) {
            if (!entry.route.method().equals(wanted)) continue;
            var parameters = match(entry.parts, parts);
            if (parameters == null) continue;
            if (parameters.isEmpty()) return new Match(entry.route, parameters);
            if (found == null || parameters.size() < found.parameters.size())
                found = new Match(entry.route, parameters);
        }
        return found;
    }

    /// The methods that the path takes, in the form of the header `Allow`; "" if there is no such path.
    String allowed(String path) {
        var parts = path.split("/", -1);
        var methods = new TreeSet<String>();
        for (var entry : entries) {
            if (match(entry.parts, parts) == null) continue;
            methods.add(entry.route.method());
            if (entry.route.method().equals("GET")) methods.add("HEAD");
        }
        return String.join(", ", methods);
    }

    private static @Nullable Map<String, String> match(String[] pattern, String[] parts) {
        if (pattern.length != parts.length) return null;
        Map<String, String> parameters = Map.of();
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].startsWith("{")) {
                if (parts[i].isEmpty()) return null;
                if (parameters.isEmpty()) parameters = new HashMap<>();
                parameters.put(pattern[i].substring(1, pattern[i].length() - 1), parts[i]);
            } else if (!pattern[i].equals(parts[i])) {
                return null;
            }
        }
        return parameters;
    }
}
