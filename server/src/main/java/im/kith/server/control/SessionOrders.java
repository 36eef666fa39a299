package im.kith.server.control;

import im.kith.server.account.Directory;
import im.kith.server.account.Request.Kick;
import im.kith.server.account.Request.SessionInfo;
import im.kith.server.account.Request.Sessions;
import im.kith.server.auth.AccountRules;
import im.kith.server.auth.Credentials;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.store.Store;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Operators' orders about sessions.
///
/// ```text
/// GET  /ctl/sessions?account=juliet              200 {"sessions":[{"account","resource","device",…}]}
/// GET  /ctl/sessions?after=&limit=               200 the same, page by page of accounts, and "next"?
/// POST /ctl/sessions/kick {"name","resource"?}   200 {"account","ended"}
/// ```
final class SessionOrders {

    private static final int MAX_PAGE = 500;
    private static final StreamError KICKED =
            StreamError.of(StreamError.Condition.POLICY_VIOLATION, "the session was ended by the server's operator");

    private final Store store;
    private final Directory directory;
    private final String domain;

    SessionOrders(Store store, Directory directory, String domain) {
        this.store = store;
        this.directory = directory;
        this.domain = domain;
    }

    CompletionStage<Response> list(Request request) {
        var typed = request.query("account");
        if (typed != null) {
            var account = AccountRules.name(typed, domain).account();
            if (account == null) return done(AccountOrders.noSuchAccount(typed));
            return sessionsOf(List.of(account)).thenApply(rows -> Json.response(200, Map.of("sessions", rows)));
        }
        var after = request.query("after");
        int limit = AccountOrders.limit(request, MAX_PAGE);
        return store.ownersWith(Credentials.SHELF, after == null ? "" : after, limit)
                .thenCompose(names -> sessionsOf(names)
                        .thenApply(rows ->
                                AccountOrders.page("sessions", rows, names.size() == limit ? names.getLast() : null)));
    }

    private CompletionStage<List<Map<String, Object>>> sessionsOf(List<String> accounts) {
        var answers = new ArrayList<CompletableFuture<List<SessionInfo>>>();
        for (var account : accounts) {
            answers.add(directory.ask(account, new Sessions()).toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    var rows = new ArrayList<Map<String, Object>>();
                    for (int i = 0; i < accounts.size(); i++) {
                        for (var session : answers.get(i).join()) rows.add(described(accounts.get(i), session));
                    }
                    return rows;
                });
    }

    private static Map<String, Object> described(String account, SessionInfo session) {
        var row = new LinkedHashMap<String, Object>();
        row.put("account", account);
        row.put("resource", session.resource());
        row.put("device", session.deviceName() == null ? "" : session.deviceName());
        row.put("connectedAtMillis", session.connectedAtMillis());
        row.put("idleMillis", session.idleMillis());
        row.put("streamManagement", session.streamManagement());
        row.put("active", session.active());
        row.put("priority", session.priority());
        row.put("queued", session.queued());
        row.put("slowed", session.slowed());
        return row;
    }

    CompletionStage<Response> kick(Request request) {
        var body = Json.object(request.body());
        var typed = body == null ? null : Json.string(body, "name");
        if (body == null || typed == null) {
            return done(
                    Response.problem(400, "Not understood", "Send {\"name\":\"juliet\",\"resource\":\"balcony\"}."));
        }
        var account = AccountRules.name(typed, domain).account();
        if (account == null) return done(AccountOrders.noSuchAccount(typed));
        return directory
                .ask(account, new Kick(Json.string(body, "resource"), KICKED))
                .thenApply(ended -> Json.response(200, Map.of("account", account, "ended", ended)));
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
