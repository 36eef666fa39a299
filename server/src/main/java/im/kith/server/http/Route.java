package im.kith.server.http;

import java.util.concurrent.CompletionStage;

/// What answers one method on one path. A part of the path in braces (`/v1/registration/{id}/verify`) matches one
/// segment. The handler is called on an event loop and must not block; a failed stage becomes a 500 problem without
/// detail.
public record Route(String method, String path, int maxBodyBytes, Handler handler) {

    public static final int SMALL_BODY_BYTES = 64 * 1024;

    @FunctionalInterface
    public interface Handler {
        CompletionStage<Response> handle(Request request);
    }

    public static Route get(String path, Handler handler) {
        return new Route("GET", path, 0, handler);
    }

    public static Route post(String path, Handler handler) {
        return new Route("POST", path, SMALL_BODY_BYTES, handler);
    }
}
