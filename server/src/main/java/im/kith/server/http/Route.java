package im.kith.server.http;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What answers one method on one path. A part of the path in braces (`/v1/registration/{id}/verify`) matches one
/// segment. The handler is called on an event loop and must not block; a failed stage becomes a 500 problem without
/// detail.
///
/// With an `opener`, the body is not collected but streamed to what it opens, and the handler is not called.
public record Route(String method, String path, int maxBodyBytes, Handler handler, Intake.@Nullable Opener opener) {

    public static final int SMALL_BODY_BYTES = 64 * 1024;

    public Route(String method, String path, int maxBodyBytes, Handler handler) {
        this(method, path, maxBodyBytes, handler, null);
    }

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

    /// A route whose bodies may be of any size.
    public static Route streaming(String method, String path, Intake.Opener opener) {
        return new Route(
                method,
                path,
                0,
                request -> {
                    throw new IllegalStateException("the body of this route is streamed");
                },
                opener);
    }
}
