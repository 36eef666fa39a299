package im.kith.server.control;

import im.kith.server.auth.AccountRules;
import im.kith.server.feature.admin.Administration;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.server.media.Media;
import im.kith.server.portable.Exporting;
import im.kith.server.portable.Importing;
import im.kith.server.portable.TakeoutRoutes;
import im.kith.server.reports.ReportBook;
import im.kith.store.Store;
import im.kith.xmpp.Jid;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Operators' orders about what people have here: accounts as files, uploads, reports.
///
/// ```text
/// GET  /ctl/accounts/export?name=   200 a XEP-0227 document | 404
/// POST /ctl/accounts/import-227     a <user/> of such a document  200 {"outcome","account"?,"key"?,"why"?,"omitted"}
/// POST /ctl/accounts/import-227/messages?account=&host=
///                                   its <archive/> or <offline-messages/>, in parts  200 {"omitted"} | 404
/// POST /ctl/media/ban {"hash"}      200 {"removed"}
/// GET  /ctl/reports                 200 {"reports":[{"id","at","by","about","reason","text","stanzas"}]}
/// POST /ctl/reports/done {"id"}     200 {"id"} | 404
/// POST /ctl/admins {"name"}         200 {"account"}: an administrator from now on
/// ```
public final class ContentRoutes {

    private static final int SMALL = 8 * 1024;
    /// An account without its archive.
    private static final int MAX_USER_BYTES = 64 << 20;

    private final Guard guard;
    private final Parts parts;

    /// @param directory where files are written that are sent and deleted
    public record Parts(
            String domain,
            Path directory,
            Exporting exporting,
            Importing importing,
            Media media,
            ReportBook reports,
            Administration administration) {}

    public ContentRoutes(ControlAccess access, Store store, Parts parts) {
        this.guard = new Guard(access, store);
        this.parts = parts;
    }

    public List<Route> routes() {
        return List.of(
                guard.get("/ctl/accounts/export", this::export),
                guard.post("/ctl/accounts/import-227", MAX_USER_BYTES, this::take),
                guard.post("/ctl/accounts/import-227/messages", MAX_USER_BYTES, this::takeMessages),
                guard.post("/ctl/media/ban", SMALL, this::ban),
                guard.get("/ctl/reports", this::reports),
                guard.post("/ctl/reports/done", SMALL, this::done),
                guard.post("/ctl/admins", SMALL, this::admin));
    }

    private CompletionStage<Response> export(Request request) {
        var typed = String.valueOf(request.query("name"));
        var account = AccountRules.name(typed, parts.domain).account();
        if (account == null) return now(AccountOrders.noSuchAccount(typed));
        return parts.exporting
                .export(account, true, parts.directory)
                .thenApply(file -> file == null ? AccountOrders.noSuchAccount(account) : TakeoutRoutes.sent(file));
    }

    private CompletionStage<Response> take(Request request) {
        try {
            var user = XmlReader.parseDocument(request.body(), XmlReader.Limits.OWN);
            return parts.importing.take(user).thenApply(outcome -> {
                var answer = new LinkedHashMap<String, Object>();
                answer.put("outcome", outcome.outcome());
                put(answer, "account", outcome.account());
                put(answer, "key", outcome.key());
                put(answer, "why", outcome.why());
                answer.put("omitted", outcome.omitted());
                return Json.response(200, answer);
            });
        } catch (XmlException e) {
            return now(Response.problem(400, "Not understood", "That is no XML: " + e.getMessage()));
        }
    }

    private CompletionStage<Response> takeMessages(Request request) {
        var typed = String.valueOf(request.query("account"));
        var account = AccountRules.name(typed, parts.domain).account();
        if (account == null) return now(AccountOrders.noSuchAccount(typed));
        var host = request.query("host");
        try {
            var messages = XmlReader.parseDocument(request.body(), XmlReader.Limits.OWN);
            return parts.importing
                    .takeMessages(account, host == null ? parts.domain : host, messages)
                    .thenApply(omitted -> omitted == null
                            ? AccountOrders.noSuchAccount(account)
                            : Json.response(200, Map.of("omitted", omitted)));
        } catch (XmlException e) {
            return now(Response.problem(400, "Not understood", "That is no XML: " + e.getMessage()));
        }
    }

    private static void put(Map<String, Object> answer, String name, @Nullable Object value) {
        if (value != null) answer.put(name, value);
    }

    private CompletionStage<Response> ban(Request request) {
        var body = Json.object(request.body());
        var hash = body == null ? null : Json.string(body, "hash");
        if (hash == null || !hash.matches("[0-9a-f]{64}")) {
            return now(Response.problem(
                    400, "Not understood", "Send {\"hash\":\"…\"}: the file's SHA-256 in 64 hexadecimal digits."));
        }
        return parts.media.ban(hash).thenApply(removed -> Json.response(200, Map.of("hash", hash, "removed", removed)));
    }

    private CompletionStage<Response> reports(Request request) {
        return parts.reports.list().thenApply(reports -> Json.response(200, Map.of("reports", reports)));
    }

    private CompletionStage<Response> done(Request request) {
        var body = Json.object(request.body());
        var id = body == null ? null : Json.string(body, "id");
        if (id == null) return now(Response.problem(400, "Not understood", "Send {\"id\":\"…\"}."));
        return parts.reports
                .done(id)
                .thenApply(found -> found
                        ? Json.response(200, Map.of("id", id))
                        : Response.problem(404, "No such report", "There is no report of that id, or not any more."));
    }

    private CompletionStage<Response> admin(Request request) {
        var body = Json.object(request.body());
        var typed = body == null ? null : Json.string(body, "name");
        var account =
                typed == null ? null : AccountRules.name(typed, parts.domain).account();
        var jid = account == null ? null : Jid.of(account, parts.domain, null);
        if (jid == null) return now(AccountOrders.noSuchAccount(String.valueOf(typed)));
        var all = new ArrayList<>(parts.administration.administrators());
        all.add(jid);
        return parts.administration
                .setAdministrators(all)
                .thenApply(error -> error == null
                        ? Json.response(200, Map.of("account", jid.toString()))
                        : Response.problem(400, "Not allowed", String.valueOf(error.text())));
    }

    private static CompletionStage<Response> now(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
