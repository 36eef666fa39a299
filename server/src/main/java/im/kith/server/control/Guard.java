package im.kith.server.control;

import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.store.Store;
import im.kith.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// What stands before the operators' routes: a [Gate], and while the disk refuses writes, an order is answered with 503
/// after a while instead of never.
final class Guard {

    private static final long PATIENCE_SECONDS = 60;

    private final Gate gate;
    private final Store store;

    Guard(Gate gate, Store store) {
        this.gate = gate;
        this.store = store;
    }

    Route get(String path, Route.Handler handler) {
        return new Route("GET", path, 0, request -> guarded(request, handler));
    }

    Route post(String path, int maxBodyBytes, Route.Handler handler) {
        return new Route("POST", path, maxBodyBytes, request -> guarded(request, handler));
    }

    private CompletionStage<Response> guarded(Request request, Route.Handler handler) {
        var objection = gate.objection(request);
        if (objection != null) return done(objection);
        var trouble = store.health().trouble();
        if (trouble != null && request.method().equals("POST")) return done(cannotKeep(trouble));
        return handler.handle(request)
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionallyCompose(failure -> {
                    var cause = failure.getCause() == null ? failure : failure.getCause();
                    if (cause instanceof StoreException) return done(cannotKeep(String.valueOf(cause.getMessage())));
                    if (failure instanceof java.util.concurrent.TimeoutException)
                        return done(cannotKeep("it does not answer"));
                    return CompletableFuture.failedStage(failure);
                });
    }

    private static Response cannotKeep(String why) {
        return Response.problem(503, "The store does not take writes", "Nothing is acknowledged until it does: " + why);
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
