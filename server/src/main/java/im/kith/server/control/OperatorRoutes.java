package im.kith.server.control;

import im.kith.server.account.Directory;
import im.kith.server.auth.Enrolment;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.server.reports.ReportBook;
import im.kith.server.signup.Invitations;
import im.kith.store.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/admin`: the operators' page, and `/admin/api/…`, what it asks for. Every order is logged.
///
/// ```text
/// GET    /admin                              the page
/// POST   /admin/api/session {"code"}         200 {"endsMillis"} and the cookie | 403 | 429
/// GET    /admin/api/session                  200 {"endsMillis","domain","version",…} | 401
/// DELETE /admin/api/session                  200 {}: signed out
/// GET    /admin/api/pulse                    200 what is counted now; does not keep the session
/// GET    /admin/api/accounts?q=&after=&limit=             200 {"accounts":[…],"next"?}
/// POST   /admin/api/accounts/disable | enable {"name"}    200 {"account"}
/// GET    /admin/api/sessions?account=        200 {"sessions":[…]}
/// POST   /admin/api/sessions/kick {"name","resource"?}    200 {"account","ended"}
/// GET    /admin/api/reports                  200 {"reports":[…]}
/// POST   /admin/api/reports/done {"id"}      200 {"id"}
/// GET    /admin/api/invites                  200 {"invites":[{"id","inviter","expiresMillis"}]}
/// POST   /admin/api/invites {"hours"}        201 {"code","expiresMillis","link"}
/// POST   /admin/api/invites/revoke {"id"}    200 {"id"}
/// GET    /admin/api/storage                  200 {"parts":[{"name","bytes","files"}],"freeBytes","totalBytes"}
/// GET    /admin/api/config                   200 {"settings":[{"key","value","origin"}]}
/// POST   /ctl/admin/link                     201 {"link","expiresMillis"}, for `ctl`
/// POST   /ctl/admin/end                      200 {"ended"}
/// ```
public final class OperatorRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorRoutes.class);
    private static final int SMALL = 8 * 1024;
    private static final Executor ASIDE = work -> Thread.startVirtualThread(work);

    /// What the page shows, and where it comes from.
    ///
    /// @param page     answers a request with the page itself
    /// @param base     the address of the HTTP service
    /// @param server   what does not change while it runs: domain, version, since when
    /// @param pulse    what is counted now
    /// @param storage  what the data directory holds; may take long
    /// @param settings the configuration in effect, without secrets
    public record Parts(
            String domain,
            Store store,
            Directory directory,
            Enrolment enrolment,
            Invitations invitations,
            ReportBook reports,
            Route.Handler page,
            Supplier<String> base,
            Map<String, ?> server,
            Supplier<Map<String, Object>> pulse,
            Supplier<Map<String, Object>> storage,
            List<Map<String, Object>> settings) {}

    private final OperatorAccess access;
    private final OperatorSessions operators;
    private final Guard guard;
    private final Guard glances;
    private final Guard ctl;
    private final AccountOrders accounts;
    private final SessionOrders sessions;
    private final Parts parts;

    public OperatorRoutes(OperatorAccess access, OperatorSessions operators, ControlAccess control, Parts parts) {
        this.access = access;
        this.operators = operators;
        this.guard = new Guard(access, parts.store);
        this.glances = new Guard(request -> access.objection(request, false), parts.store);
        this.ctl = new Guard(control, parts.store);
        this.accounts = new AccountOrders(parts.store, parts.enrolment, parts.domain);
        this.sessions = new SessionOrders(parts.store, parts.directory, parts.domain);
        this.parts = parts;
    }

    public List<Route> routes() {
        return List.of(
                ctl.post("/ctl/admin/link", SMALL, this::link),
                ctl.post("/ctl/admin/end", SMALL, this::endAll),
                Route.get("/admin", this::page),
                new Route("POST", "/admin/api/session", SMALL, this::signIn),
                guard.get("/admin/api/session", request -> done(Json.response(200, session(request)))),
                new Route("DELETE", "/admin/api/session", 0, this::signOut),
                glances.get("/admin/api/pulse", _ -> aside(parts.pulse)),
                guard.get("/admin/api/accounts", accounts::search),
                order("/admin/api/accounts/disable", request -> accounts.setDisabled(request, true)),
                order("/admin/api/accounts/enable", request -> accounts.setDisabled(request, false)),
                guard.get("/admin/api/sessions", sessions::list),
                order("/admin/api/sessions/kick", sessions::kick),
                guard.get(
                        "/admin/api/reports",
                        _ -> parts.reports.list().thenApply(reports -> Json.response(200, Map.of("reports", reports)))),
                order("/admin/api/reports/done", this::reportDone),
                guard.get("/admin/api/invites", _ -> parts.invitations
                        .list()
                        .thenApply(invites -> Json.response(200, Map.of("invites", invites)))),
                order("/admin/api/invites", this::invite),
                order("/admin/api/invites/revoke", this::revoke),
                guard.get("/admin/api/storage", _ -> aside(parts.storage)),
                guard.get("/admin/api/config", _ -> done(Json.response(200, Map.of("settings", parts.settings)))));
    }

    /// An order, which is logged with what came of it. Bodies hold names and ids, no secrets.
    private Route order(String path, Route.Handler handler) {
        var what = path.substring("/admin/api/".length());
        return guard.post(path, SMALL, request -> handler.handle(request).thenApply(response -> {
            var body = Json.object(request.body());
            LOG.info("an operator's order: {} {}: {}", what, body == null ? "" : body, response.status());
            return response;
        }));
    }

    // ---- signing in and out ----------------------------------------------------------------------------------------

    private CompletionStage<Response> link(Request request) {
        if (access.isOff()) {
            return done(Response.problem(
                    403, "The page is off", "The configuration says admin.page = off; set it to local or everywhere."));
        }
        var link = operators.link();
        var made = new LinkedHashMap<String, Object>();
        // Behind the #, which browsers send to nobody: it is in no log on the way.
        made.put("link", parts.base.get() + "/admin#" + link.code());
        made.put("expiresMillis", link.expiresMillis());
        return done(Json.response(201, made));
    }

    private CompletionStage<Response> endAll(Request request) {
        return done(Json.response(200, Map.of("ended", operators.endAll())));
    }

    private CompletionStage<Response> page(Request request) {
        var hidden = access.hidden(request);
        return hidden == null ? parts.page.handle(request) : done(hidden);
    }

    private CompletionStage<Response> signIn(Request request) {
        var foreign = access.foreign(request);
        if (foreign != null) return done(foreign);
        var body = Json.object(request.body());
        var code = body == null ? null : Json.string(body, "code");
        if (code == null) return done(Response.problem(400, "Not understood", "Send {\"code\":\"…\"}."));
        var result = access.signIn(request, code);
        var cookie = result.cookie();
        if (cookie == null) {
            LOG.warn(
                    "a link to the operators' page was refused, from {}",
                    request.peer().getHostAddress());
            return done(Objects.requireNonNull(result.objection()));
        }
        LOG.info("an operator signed in, from {}", request.peer().getHostAddress());
        return done(Response.json(200, "{}").with("Set-Cookie", cookie));
    }

    private CompletionStage<Response> signOut(Request request) {
        var foreign = access.foreign(request);
        if (foreign != null) return done(foreign);
        return done(Response.json(200, "{}").with("Set-Cookie", access.signOut(request)));
    }

    private Map<String, Object> session(Request request) {
        var session = new LinkedHashMap<String, Object>(parts.server);
        session.put("endsMillis", access.endsMillis(request));
        return session;
    }

    // ---- orders ----------------------------------------------------------------------------------------------------

    private CompletionStage<Response> reportDone(Request request) {
        var id = id(request);
        if (id == null) return done(noId());
        return parts.reports
                .done(id)
                .thenApply(found -> found
                        ? Json.response(200, Map.of("id", id))
                        : Response.problem(404, "No such report", "There is no report of that id, or not any more."));
    }

    private CompletionStage<Response> invite(Request request) {
        return InvitationOrder.make(
                request,
                parts.invitations,
                invitation -> Map.of("link", parts.base.get() + "/invite/" + invitation.code()));
    }

    private CompletionStage<Response> revoke(Request request) {
        var id = id(request);
        if (id == null) return done(noId());
        return parts.invitations
                .revoke(id)
                .thenApply(found -> found
                        ? Json.response(200, Map.of("id", id))
                        : Response.problem(404, "No such invitation", "It was used meanwhile, or has expired."));
    }

    private static @Nullable String id(Request request) {
        var body = Json.object(request.body());
        return body == null ? null : Json.string(body, "id");
    }

    private static Response noId() {
        return Response.problem(400, "Not understood", "Send {\"id\":\"…\"}.");
    }

    /// Somewhere else than on the event loop: it may take long.
    private static CompletionStage<Response> aside(Supplier<Map<String, Object>> work) {
        return CompletableFuture.supplyAsync(() -> Json.response(200, work.get()), ASIDE);
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
