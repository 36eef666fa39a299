package im.kith.server.http;

import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP request, its body complete. `path` is decoded and without the query; header names are lower case;
/// `parameters` are the parts of the path that the route named. `peer` is the client, and `secure` whether
/// it speaks TLS (behind a trusted proxy: as that says).
public record Request(
        String method,
        String path,
        Map<String, String> parameters,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        InetAddress peer,
        boolean secure) {

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    public @Nullable String query(String name) {
        return query.get(name);
    }

    /// The value of `{name}` in the route's path.
    public String parameter(String name) {
        var value = parameters.get(name);
        if (value == null) throw new IllegalArgumentException("the route has no {" + name + "}");
        return value;
    }
}
