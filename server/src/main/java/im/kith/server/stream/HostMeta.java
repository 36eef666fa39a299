package im.kith.server.stream;

import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/// XEP-0156: Discovering Alternative XMPP Connection Methods. Where the WebSocket is, for web apps.
final class HostMeta {

    private static final String RELATION = "urn:xmpp:alt-connections:websocket";
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?");

    private final String domain;

    /// The WebSocket is where the question was asked; `domain` stands in for a host that is malformed.
    HostMeta(String domain) {
        this.domain = domain;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/.well-known/host-meta", request -> CompletableFuture.completedStage(xml(request))),
                Route.get("/.well-known/host-meta.json", request -> CompletableFuture.completedStage(json(request))));
    }

    private Response xml(Request request) {
        return open(Response.of(
                200,
                "application/xrd+xml",
                "<?xml version='1.0' encoding='utf-8'?><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>"
                        + "<Link rel='" + RELATION + "' href='"
                        + url(request).replace("&", "&amp;").replace("'", "&apos;")
                        + "'/></XRD>"));
    }

    private Response json(Request request) {
        return open(Response.json(
                200,
                "{\"links\":[{\"rel\":\"" + RELATION + "\",\"href\":\""
                        + url(request).replace("\"", "%22") + "\"}]}"));
    }

    /// Pages of other sites may read it: their apps sign in here.
    private static Response open(Response response) {
        return response.with("Access-Control-Allow-Origin", "*").with("Cache-Control", "max-age=3600");
    }

    private String url(Request request) {
        var host = request.header("host");
        boolean secure = request.secure() || "https".equals(request.header("x-forwarded-proto"));
        return (secure ? "wss://" : "ws://")
                + (host != null && HOST.matcher(host).matches() ? host : domain) + "/ws";
    }
}
