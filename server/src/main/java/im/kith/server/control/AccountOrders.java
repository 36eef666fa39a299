package im.kith.server.control;

import im.kith.server.auth.AccountRules;
import im.kith.server.auth.Credentials;
import im.kith.server.auth.Enrolment;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.store.Store;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Operators' orders about accounts, as JSON in and out.
///
/// ```text
/// POST /ctl/accounts          {"accounts":[{"name","password"?}, …]}
///                             200 {"results":[{"outcome","account"?,"key"?,"why"?}, …]}
/// GET  /ctl/accounts?after=&limit=
///                             200 {"accounts":[{"account","kind","disabled",…}], "next"?}
/// GET  /admin/api/accounts?q=&after=&limit=
///                             200 the same of those whose name has `q` in it; a page may be short, or empty
/// GET  /ctl/accounts/one?name=juliet
///                             200 the same of one, and what it holds: see [Holdings]
/// POST /ctl/accounts/remove | disable | enable   {"name"}
///                             200 {"account"}
/// ```
final class AccountOrders {

    static final int MAX_BATCH = 500;
    static final int MAX_BODY_BYTES = 1024 * 1024;

    private static final int MAX_PAGE = 1_000;
    private static final int AT_ONCE = 8;
    private static final int MAX_FOUND = 100;
    private static final int LOOKED_THROUGH_AT_ONCE = 1_000;
    private static final int MAX_LOOKED_THROUGH = 20_000;
    private static final long BUSY_PAUSE_MILLIS = 50;

    private static final StreamError REMOVED =
            StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "the account was removed by the server's operator");
    private static final StreamError DISABLED =
            StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "the account was disabled by the server's operator");

    private final Store store;
    private final Enrolment enrolment;
    private final String domain;

    AccountOrders(Store store, Enrolment enrolment, String domain) {
        this.store = store;
        this.enrolment = enrolment;
        this.domain = domain;
    }

    /// Makes accounts; each row is answered by itself, in the same order. Few rows are under way at a time, so that
    /// people who sign in meanwhile do not wait behind all of them.
    CompletionStage<Response> add(Request request) {
        var body = Json.object(request.body());
        var rows = body == null ? null : Json.objects(body, "accounts");
        if (rows == null || rows.size() > MAX_BATCH) {
            return done(Response.problem(
                    400, "Not understood", "Send {\"accounts\":[…]} with at most " + MAX_BATCH + " rows."));
        }
        var results = new AtomicReferenceArray<Map<String, Object>>(rows.size());
        var next = new AtomicInteger();
        var workers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < AT_ONCE; i++) {
            workers.add(addRows(rows, next, results).toCompletableFuture());
        }
        return CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    var list = new ArrayList<Map<String, Object>>(rows.size());
                    for (int i = 0; i < results.length(); i++) list.add(results.get(i));
                    return Json.response(200, Map.of("results", list));
                });
    }

    private CompletionStage<Void> addRows(
            List<Map<String, Object>> rows, AtomicInteger next, AtomicReferenceArray<Map<String, Object>> results) {
        int index = next.getAndIncrement();
        if (index >= rows.size()) return CompletableFuture.completedStage(null);
        return addRow(rows.get(index)).thenCompose(result -> {
            results.set(index, result);
            return addRows(rows, next, results);
        });
    }

    private CompletionStage<Map<String, Object>> addRow(Map<String, Object> row) {
        var typed = Json.string(row, "name");
        var password = Json.string(row, "password");
        var name = AccountRules.name(typed == null ? "" : typed, domain);
        var objection = name.objection() != null || password == null
                ? name.objection()
                : AccountRules.objectionToPassword(password);
        var account = name.account();
        if (objection != null || account == null)
            return CompletableFuture.completedStage(result("bad", "why", objection));
        if (password == null) {
            var key = enrolment.newKey();
            return whenNotBusy(account, () -> enrolment.createWithKey(account, key, ""))
                    .thenApply(made -> made
                            ? result("created", "account", account, "key", key)
                            : result("existed", "account", account));
        }
        return whenNotBusy(account, () -> enrolment.createWithPassword(account, password))
                .thenApply(made -> result(made ? "created" : "existed", "account", account));
    }

    /// Operators wait when the server is busy: they have the time, and a row that was refused would have to be sent
    /// again.
    private static CompletionStage<Boolean> whenNotBusy(
            String account, java.util.function.Supplier<CompletionStage<Boolean>> work) {
        return work.get().exceptionallyCompose(failure -> {
            var cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (!(cause instanceof RejectedExecutionException)) return CompletableFuture.failedStage(failure);
            var later = CompletableFuture.delayedExecutor(BUSY_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            return CompletableFuture.runAsync(() -> {}, later).thenCompose(_ -> whenNotBusy(account, work));
        });
    }

    CompletionStage<Response> list(Request request) {
        var after = request.query("after");
        int limit = limit(request, MAX_PAGE);
        return store.ownersWith(Credentials.SHELF, after == null ? "" : after, limit)
                .thenCompose(names -> described(names)
                        .thenApply(accounts ->
                                page("accounts", accounts, names.size() == limit ? names.getLast() : null)));
    }

    CompletionStage<Response> one(Request request, Holdings holdings) {
        var typed = request.query("name");
        var account = AccountRules.name(typed == null ? "" : typed, domain).account();
        if (account == null) return done(noSuchAccount(typed == null ? "" : typed));
        return described(List.of(account)).thenCompose(found -> {
            if (found.isEmpty()) return done(noSuchAccount(account));
            return holdings.of(account).thenApply(held -> {
                var document = new LinkedHashMap<>(found.getFirst());
                document.putAll(held);
                return Json.response(200, document);
            });
        });
    }

    /// Looks through the names for a part of one; so many at a time, then it tells where to go on.
    CompletionStage<Response> search(Request request) {
        var typed = request.query("q");
        var part = typed == null ? "" : typed.strip().toLowerCase(Locale.ROOT);
        // A number is typed with spaces and hyphens; no name that people choose has a space.
        var wanted = part.startsWith("+") ? part.replaceAll("[^+0-9]", "") : part;
        var after = request.query("after");
        int limit = Math.min(limit(request, MAX_FOUND), MAX_FOUND);
        return search(wanted, after == null ? "" : after, limit, 0, new ArrayList<>());
    }

    private CompletionStage<Response> search(String part, String after, int limit, int looked, List<String> found) {
        return store.ownersWith(Credentials.SHELF, after, LOOKED_THROUGH_AT_ONCE)
                .thenCompose(names -> {
                    for (var name : names) {
                        if (name.contains(part)) found.add(name);
                        if (found.size() == limit) return found(found, name);
                    }
                    if (names.size() < LOOKED_THROUGH_AT_ONCE) return found(found, null);
                    int soFar = looked + names.size();
                    return soFar >= MAX_LOOKED_THROUGH
                            ? found(found, names.getLast())
                            : search(part, names.getLast(), limit, soFar, found);
                });
    }

    private CompletionStage<Response> found(List<String> names, @Nullable String next) {
        return described(names).thenApply(accounts -> page("accounts", accounts, next));
    }

    /// What is known of these accounts; those that are gone meanwhile are left out.
    private CompletionStage<List<Map<String, Object>>> described(List<String> names) {
        var rows = new ArrayList<CompletableFuture<@Nullable Map<String, Object>>>();
        for (var name : names) {
            rows.add(enrolment
                    .credentials(name)
                    .<@Nullable Map<String, Object>>thenApply(found -> found == null ? null : described(name, found))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(rows.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            var accounts = new ArrayList<Map<String, Object>>();
            for (var row : rows) {
                var account = row.join();
                if (account != null) accounts.add(account);
            }
            return accounts;
        });
    }

    private static Map<String, Object> described(String name, Credentials credentials) {
        var row = new LinkedHashMap<String, Object>();
        row.put("account", name);
        row.put("kind", credentials.kind().name().toLowerCase(Locale.ROOT));
        row.put("disabled", credentials.disabled());
        row.put("createdMillis", credentials.createdMillis());
        row.put("changedMillis", credentials.changedMillis());
        row.put("device", credentials.device());
        return row;
    }

    CompletionStage<Response> remove(Request request) {
        return withName(request, account -> enrolment.remove(account, REMOVED));
    }

    CompletionStage<Response> setDisabled(Request request, boolean disabled) {
        return withName(request, account -> enrolment.setDisabled(account, disabled, DISABLED));
    }

    private CompletionStage<Response> withName(
            Request request, java.util.function.Function<String, CompletionStage<Boolean>> order) {
        var body = Json.object(request.body());
        var typed = body == null ? null : Json.string(body, "name");
        if (typed == null) return done(Response.problem(400, "Not understood", "Send {\"name\":\"juliet\"}."));
        var account = AccountRules.name(typed, domain).account();
        if (account == null) return done(noSuchAccount(typed));
        return order.apply(account)
                .thenApply(there -> there ? Json.response(200, Map.of("account", account)) : noSuchAccount(account));
    }

    static Response noSuchAccount(String name) {
        return Response.problem(
                404, "No such account", "There is no account " + name + ". `ctl account list` shows all.");
    }

    /// A page of a listing by owner: `next` is where the following page begins, absent on the last.
    static Response page(String name, List<Map<String, Object>> rows, @Nullable String next) {
        var page = new LinkedHashMap<String, Object>();
        page.put(name, rows);
        if (next != null) page.put("next", next);
        return Json.response(200, page);
    }

    static int limit(Request request, int max) {
        try {
            var limit = request.query("limit");
            return limit == null ? max : Math.clamp(Integer.parseInt(limit), 1, max);
        } catch (NumberFormatException e) {
            return max;
        }
    }

    private static Map<String, Object> result(String outcome, @Nullable String... members) {
        var result = new LinkedHashMap<String, Object>();
        result.put("outcome", outcome);
        for (int i = 0; i + 1 < members.length; i += 2) {
            var name = members[i];
            var value = members[i + 1];
            if (name != null && value != null) result.put(name, value);
        }
        return result;
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
