package im.kith.server.net;

import im.kith.server.http.Route;
import java.util.List;
import java.util.Set;

/// What the HTTP listener serves besides WebSocket.
///
/// @param routes what answers which path
/// @param origins the web pages that may open a WebSocket: `*` for all; pages of the same host always may
/// @param proxies the reverse proxies whose word about the client's address and scheme is believed
public record Web(List<Route> routes, Set<String> origins, Networks proxies) {

    public static final Web NONE = new Web(List.of(), Set.of("*"), Networks.NONE);
}
