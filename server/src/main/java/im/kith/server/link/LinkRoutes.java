package im.kith.server.link;

import im.kith.server.feature.links.Links.Asking;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/// What a device without an account asks over HTTP (docs/protocol/linking.md).
///
/// ```text
/// POST /v1/links        {"device","name","mechanism"?}     201 {"code","secret","expiresSeconds"} | 400 429
/// GET  /v1/links/{code} Authorization: Bearer SECRET       200 {"jid","token","mechanism"…} | 202 while it waits | 404
/// ```
public final class LinkRoutes {

    private static final int MAX_BODY_BYTES = 4096;
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9-]{16,64}");
    private static final Pattern MECHANISM = Pattern.compile("HT-SHA-256-(NONE|EXPR|ENDP)");
    private static final int MAX_NAME_CHARS = 100;
    private static final Response UNKNOWN = Response.problem(
            404, "No such code", "It has expired, was fetched, or the secret is another. Ask for a new one.");

    private final LinkCodes codes;

    public LinkRoutes(LinkCodes codes) {
        this.codes = codes;
    }

    public List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/links", MAX_BODY_BYTES, this::show), Route.get("/v1/links/{code}", this::fetch));
    }

    private CompletionStage<Response> show(Request request) {
        var body = Json.object(request.body());
        var device = body == null ? null : Json.string(body, "device");
        var name = body == null ? null : Json.string(body, "name");
        var asked = body == null ? null : Json.string(body, "mechanism");
        var mechanism = asked == null ? "HT-SHA-256-NONE" : asked;
        boolean good = device != null
                && name != null
                && DEVICE.matcher(device).matches()
                && !name.isBlank()
                && name.length() <= MAX_NAME_CHARS
                && name.chars().noneMatch(Character::isISOControl)
                && MECHANISM.matcher(mechanism).matches();
        if (!good || device == null || name == null) {
            return done(Response.problem(
                    400,
                    "Not understood",
                    "Send {\"device\":\"a UUID of yours\",\"name\":\"Firefox on Linux\"}; mechanism is HT-SHA-256-NONE,"
                            + " -EXPR or -ENDP."));
        }
        var shown = codes.show(new Asking(device, name, request.peer().getHostAddress()), mechanism);
        if (shown == null) {
            return done(Response.problem(429, "Too many", "Too many codes wait. Try again in some minutes.")
                    .with("Retry-After", "180"));
        }
        return done(Json.response(
                201,
                Map.of(
                        "code", shown.code(),
                        "secret", shown.secret(),
                        "expiresSeconds", LinkCodes.LIFE_MILLIS / 1000)));
    }

    private CompletionStage<Response> fetch(Request request) {
        var header = request.header("authorization");
        var secret = header != null && header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : "";
        var code = request.parameter("code");
        if (!codes.knows(code, secret)) return done(UNKNOWN);
        var granted = codes.take(code);
        if (granted == null) return done(Json.response(202, Map.of("state", "waiting")));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("jid", granted.jid());
        answer.put("token", granted.token());
        answer.put("expiresMillis", granted.expiresMillis());
        return done(Json.response(200, answer));
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
