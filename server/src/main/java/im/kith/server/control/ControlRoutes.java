package im.kith.server.control;

import im.kith.server.account.Directory;
import im.kith.server.auth.Enrolment;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.server.signup.Invitations;
import im.kith.store.Store;
import im.kith.store.StoreException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// `/ctl/…`: what the `ctl` command asks of the running server. Every route is guarded by [ControlAccess].
///
/// While the disk refuses writes, an order is answered with 503 after a while instead of never.
public final class ControlRoutes {

    private static final Response HIDDEN = Response.problem(404, "Not found", "There is nothing here.");
    private static final long PATIENCE_SECONDS = 60;
    private static final int SMALL = 8 * 1024;
    private static final long MAX_INVITATION_HOURS = 24L * 365;

    private final ControlAccess access;
    private final Store store;
    private final AccountOrders accounts;
    private final SessionOrders sessions;
    private final Invitations invitations;
    private final Supplier<? extends Map<String, ?>> stats;
    private final String domain;

    /// @param stats a snapshot of the metrics: names, values, groups of them
    public ControlRoutes(
            ControlAccess access,
            String domain,
            Store store,
            Directory directory,
            Enrolment enrolment,
            Invitations invitations,
            Supplier<? extends Map<String, ?>> stats) {
        this.access = access;
        this.domain = domain;
        this.store = store;
        this.accounts = new AccountOrders(store, enrolment, domain);
        this.sessions = new SessionOrders(store, directory, domain);
        this.invitations = invitations;
        this.stats = stats;
    }

    public List<Route> routes() {
        return List.of(
                get("/ctl/server", _ -> done(Json.response(200, Map.of("domain", domain)))),
                post("/ctl/accounts", AccountOrders.MAX_BODY_BYTES, accounts::add),
                get("/ctl/accounts", accounts::list),
                post("/ctl/accounts/remove", SMALL, accounts::remove),
                post("/ctl/accounts/disable", SMALL, request -> accounts.setDisabled(request, true)),
                post("/ctl/accounts/enable", SMALL, request -> accounts.setDisabled(request, false)),
                get("/ctl/sessions", sessions::list),
                post("/ctl/sessions/kick", SMALL, sessions::kick),
                get("/ctl/stats", _ -> CompletableFuture.supplyAsync(() -> Json.response(200, stats.get()))),
                post("/ctl/invites", SMALL, this::invite));
    }

    private CompletionStage<Response> invite(Request request) {
        var body = Json.object(request.body());
        if (body == null
                || !(body.get("hours") instanceof Integer hours)
                || hours < 1
                || hours > MAX_INVITATION_HOURS) {
            return done(Response.problem(
                    400, "Not understood", "Send {\"hours\":72}: how long it is good, at most a year."));
        }
        return invitations.make(Duration.ofHours(hours)).thenApply(invitation -> {
            var made = new LinkedHashMap<String, Object>();
            made.put("code", invitation.code());
            made.put("expiresMillis", invitation.expiresMillis());
            return Json.response(201, made);
        });
    }

    private Route get(String path, Route.Handler handler) {
        return new Route("GET", path, 0, request -> guarded(request, handler));
    }

    private Route post(String path, int maxBodyBytes, Route.Handler handler) {
        return new Route("POST", path, maxBodyBytes, request -> guarded(request, handler));
    }

    private CompletionStage<Response> guarded(Request request, Route.Handler handler) {
        if (!access.admits(request)) return done(HIDDEN);
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
