package im.kith.server.control;

import im.kith.server.account.Directory;
import im.kith.server.auth.Enrolment;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.server.signup.Invitations;
import im.kith.store.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/// `/ctl/…`: what the `ctl` command asks of the running server, each route behind the [Guard].
public final class ControlRoutes {

    private static final int SMALL = 8 * 1024;

    private final Guard guard;
    private final AccountOrders accounts;
    private final Holdings holdings;
    private final SessionOrders sessions;
    private final Invitations invitations;
    private final Supplier<? extends Map<String, ?>> stats;
    private final String domain;

    /// @param uploadedBytes what an account has uploaded that is still here
    /// @param stats a snapshot of the metrics: names, values, groups of them
    public ControlRoutes(
            ControlAccess access,
            String domain,
            Store store,
            Directory directory,
            Enrolment enrolment,
            Invitations invitations,
            Function<String, CompletionStage<Long>> uploadedBytes,
            Supplier<? extends Map<String, ?>> stats) {
        this.guard = new Guard(access, store);
        this.domain = domain;
        this.accounts = new AccountOrders(store, enrolment, domain);
        this.holdings = new Holdings(store, directory, uploadedBytes);
        this.sessions = new SessionOrders(store, directory, domain);
        this.invitations = invitations;
        this.stats = stats;
    }

    public List<Route> routes() {
        return List.of(
                guard.get("/ctl/server", _ -> done(Json.response(200, Map.of("domain", domain)))),
                guard.post("/ctl/accounts", AccountOrders.MAX_BODY_BYTES, accounts::add),
                guard.get("/ctl/accounts", accounts::list),
                guard.get("/ctl/accounts/one", request -> accounts.one(request, holdings)),
                guard.post("/ctl/accounts/remove", SMALL, accounts::remove),
                guard.post("/ctl/accounts/disable", SMALL, request -> accounts.setDisabled(request, true)),
                guard.post("/ctl/accounts/enable", SMALL, request -> accounts.setDisabled(request, false)),
                guard.get("/ctl/sessions", sessions::list),
                guard.post("/ctl/sessions/kick", SMALL, sessions::kick),
                guard.get("/ctl/stats", _ -> CompletableFuture.supplyAsync(() -> Json.response(200, stats.get()))),
                guard.post("/ctl/invites", SMALL, this::invite));
    }

    private CompletionStage<Response> invite(Request request) {
        return InvitationOrder.make(request, invitations, _ -> Map.of());
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
