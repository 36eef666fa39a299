package im.kith.server.pulse;

import com.fasterxml.jackson.jr.ob.JSON;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.server.net.Networks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/// `/metrics` for Prometheus, `/health`, `/health/live` and `/health/ready` for whoever restarts or balances.
///
/// Live: the process answers. Ready: it takes new work; not while it drains, and not while the disk refuses to write.
public final class PulseRoutes {

    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Pulse pulse;
    private final Networks metricsFrom;
    private final BooleanSupplier draining;
    private volatile java.util.function.@org.jspecify.annotations.Nullable Supplier<String> exposition;

    public PulseRoutes(Pulse pulse, Networks metricsFrom, BooleanSupplier draining) {
        this.pulse = pulse;
        this.metricsFrom = metricsFrom;
        this.draining = draining;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/metrics", this::metrics),
                Route.get("/health", request -> done(health(false))),
                Route.get("/health/ready", request -> done(health(true))),
                Route.get("/health/live", request -> done(Response.json(200, "{\"status\":\"up\"}"))));
    }

    /// Somewhere else than on the event loop: it takes milliseconds.
    private CompletionStage<Response> metrics(Request request) {
        // A proxy on this machine makes every peer look local.
        boolean relayed = request.peer().isLoopbackAddress() && request.header("x-forwarded-for") != null;
        if (relayed || !metricsFrom.contains(request.peer())) {
            return done(Response.problem(
                    403, "Forbidden", "Metrics are not for this address; pulse.metrics-from says for which they are."));
        }
        return CompletableFuture.supplyAsync(
                () -> Response.of(200, METRICS_TYPE, exposition().get()), work -> Thread.startVirtualThread(work));
    }

    private java.util.function.Supplier<String> exposition() {
        var made = exposition;
        if (made == null) {
            synchronized (this) {
                made = exposition;
                if (made == null) {
                    var fresh = new Exposition(pulse);
                    made = fresh::text;
                    exposition = made;
                }
            }
        }
        return made;
    }

    private Response health(boolean readyOnly) {
        var parts = new LinkedHashMap<String, Object>();
        boolean well = true;
        for (var condition : pulse.conditions()) {
            var words = condition.trouble().words();
            parts.put(condition.name(), words == null ? "up" : words);
            well &= words == null;
        }
        boolean ready = well && !draining.getAsBoolean();
        var document = new LinkedHashMap<String, Object>();
        document.put("status", draining.getAsBoolean() ? "draining" : well ? "up" : "troubled");
        document.put("ready", ready);
        if (!readyOnly) document.put("parts", parts);
        return Response.json(ready ? 200 : 503, json(document));
    }

    static String json(Map<String, Object> document) {
        try {
            return JSON.std.asString(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
