package im.kith.server.signup;

import im.kith.server.auth.PeerNetwork;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.server.signup.Codes.Verdict;
import im.kith.server.signup.PhoneSignUp.Begun;
import im.kith.server.signup.PhoneSignUp.Finished;
import im.kith.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/v1/registration`: the HTTP face of signing up.
///
/// ```text
/// POST /v1/registration              {"phone":"+491701234567"}                      202 {"id","retryAfterSeconds"}
///                                    {"invite":"abcd-…","name":"juliet"}            201 {"jid","key"}
///                                    {"name":"juliet","password":"…"} (open)         201 {"jid"}
/// POST /v1/registration/{id}/verify  {"code":"123456","device":"Pixel 9"}           200 {"jid","key"}
/// ```
///
/// Errors are problem documents (RFC 9457): 400 not understood, 403 not allowed or a wrong code (`triesLeft`), 404
/// and 410 a code that is unknown or gone, 409 a name that is taken, 422 no phone number or name, 429 too often
/// (`Retry-After`), 503 try later.
public final class RegistrationRoutes {

    /// Who may make an account: `registration.mode`.
    public enum Mode {
        PHONE,
        INVITE,
        OPEN,
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationRoutes.class);
    private static final int MAX_BODY_BYTES = 8 * 1024;

    private static final Response NO_JSON =
            Response.problem(400, "Not understood", "Send a JSON object: {\"phone\":\"+491701234567\"}.");
    private static final Response CLOSED = Response.problem(
            403, "Registration is closed", "Accounts on this server are made by its operator: ask for one.");
    private static final Response BY_INVITATION = Response.problem(
            403, "By invitation only", "Send {\"invite\":\"the code you were given\",\"name\":\"the name you want\"}.");
    private static final Response BY_PHONE = Response.problem(
            403, "By phone number", "Send {\"phone\":\"+491701234567\"}: names alone cannot register here.");
    private static final Response BAD_INVITATION =
            Response.problem(403, "No such invitation", "It was used, has expired or is mistyped. Ask for a new one.");
    private static final Response TAKEN = Response.problem(409, "The name is taken", "Choose another name.");
    private static final Response GONE = Response.problem(
            410, "The code is gone", "It has expired, was used or was mistyped too often. Ask for a new one.");
    private static final Response UNKNOWN = Response.problem(
            404, "No such registration", "Nothing waits for a code under this id. Begin with POST /v1/registration.");
    private static final Response NOT_SENT = Response.problem(
                    503,
                    "The SMS could not be sent",
                    "This is the server's fault, not the number's. Try again in a minute.")
            .with("Retry-After", "60");

    private final Mode mode;
    private final String domain;
    private final PhoneSignUp byPhone;
    private final NamedSignUp byName;

    public RegistrationRoutes(Mode mode, String domain, PhoneSignUp byPhone, NamedSignUp byName) {
        this.mode = mode;
        this.domain = domain;
        this.byPhone = byPhone;
        this.byName = byName;
    }

    public List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/registration", MAX_BODY_BYTES, request -> guarded(begin(request))),
                new Route("POST", "/v1/registration/{id}/verify", MAX_BODY_BYTES, request -> guarded(verify(request))));
    }

    private CompletionStage<Response> begin(Request request) {
        if (mode == Mode.CLOSED) return done(CLOSED);
        var body = Json.object(request.body());
        if (body == null) return done(NO_JSON);
        var network = PeerNetwork.of(request.peer());
        var invite = Json.string(body, "invite");
        var name = Json.string(body, "name");
        if (invite != null || name != null) return byName(body, invite, name, network);
        if (mode == Mode.INVITE) return done(BY_INVITATION);
        var phone = Json.string(body, "phone");
        if (phone == null) return done(NO_JSON);
        try {
            return byPhone.begin(byPhone.number(phone), network).thenApply(RegistrationRoutes::response);
        } catch (PhoneNumber.NotANumber e) {
            return done(Response.problem(422, "Not a phone number", e.reason()));
        }
    }

    private static Response response(Begun begun) {
        return switch (begun) {
            case Begun.Sent sent ->
                Json.response(202, ordered("id", sent.id(), "retryAfterSeconds", sent.retryAfterSeconds()));
            case Begun.TooMany tooMany -> tooMany(tooMany.retryAfterSeconds());
            case Begun.NotSent _ -> NOT_SENT;
        };
    }

    private CompletionStage<Response> byName(
            Map<String, Object> body, @Nullable String invite, @Nullable String name, PeerNetwork network) {
        if (name == null)
            return done(Response.problem(400, "A name is missing", "Add \"name\": what you want to be called."));
        var password = Json.string(body, "password");
        var device = deviceOf(body);
        if (invite != null) {
            return byName.byInvitation(invite, name, password, device, network).thenApply(this::response);
        }
        return switch (mode) {
            case OPEN -> byName.inTheOpen(name, password, device, network).thenApply(this::response);
            case INVITE -> done(BY_INVITATION);
            default -> done(BY_PHONE);
        };
    }

    private Response response(NamedSignUp.Result result) {
        return switch (result) {
            case NamedSignUp.Result.SignedUp made -> {
                var jid = made.account() + "@" + domain;
                yield Json.response(
                        201, made.key() == null ? Map.of("jid", jid) : ordered("jid", jid, "key", made.key()));
            }
            case NamedSignUp.Result.BadInput bad -> Response.problem(422, "Not possible", bad.why());
            case NamedSignUp.Result.Taken _ -> TAKEN;
            case NamedSignUp.Result.BadInvitation _ -> BAD_INVITATION;
            case NamedSignUp.Result.TooMany tooMany -> tooMany(tooMany.retryAfterSeconds());
        };
    }

    private CompletionStage<Response> verify(Request request) {
        var body = Json.object(request.body());
        var code = body == null ? null : codeOf(body);
        if (body == null || code == null) {
            return done(Response.problem(
                    400, "Not understood", "Send {\"code\":\"123456\",\"device\":\"your phone's name\"}."));
        }
        return byPhone.finish(request.parameter("id"), code, deviceOf(body)).thenApply(this::response);
    }

    private Response response(Finished finished) {
        return switch (finished) {
            case Finished.SignedUp made ->
                Json.response(200, ordered("jid", made.account() + "@" + domain, "key", made.key()));
            case Finished.Refused(Verdict.Wrong(int left)) ->
                Json.problem(
                        403,
                        "Wrong code",
                        left == 0
                                ? "That was the last try. Ask for a new code."
                                : "Check the SMS and type the six digits again.",
                        Map.of("triesLeft", left));
            case Finished.Refused(Verdict.Unknown()) -> UNKNOWN;
            case Finished.Refused _ -> GONE;
        };
    }

    /// The code as it was typed, without the spaces and hyphens that people put in; null when there is none.
    private static @Nullable String codeOf(Map<String, Object> body) {
        if (body.get("code") instanceof Integer number && number >= 0) return "%06d".formatted(number);
        var typed = Json.string(body, "code");
        return typed == null ? null : typed.replaceAll("[\\s-]", "");
    }

    private static String deviceOf(Map<String, Object> body) {
        var device = Json.string(body, "device");
        return device == null ? "" : device;
    }

    private static Response tooMany(long seconds) {
        return Json.problem(
                        429,
                        "Too often",
                        "Too many codes or accounts were asked for. Try again in " + seconds + " seconds.",
                        Map.of("retryAfterSeconds", seconds))
                .with("Retry-After", Long.toString(seconds));
    }

    /// What fails because of the disk or of too much work is answered as such; what is our own fault stays a failure.
    private static CompletionStage<Response> guarded(CompletionStage<Response> answer) {
        return answer.exceptionallyCompose(failure -> {
            var cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof RejectedExecutionException || cause instanceof StoreException) {
                LOG.warn("a registration could not be kept: {}", cause.getMessage());
                return done(Response.problem(
                                503, "Not now", "The server cannot keep this now. Nothing was changed; try again.")
                        .with("Retry-After", "10"));
            }
            return CompletableFuture.failedStage(failure);
        });
    }

    private static Map<String, Object> ordered(String first, Object one, String second, Object two) {
        var map = new java.util.LinkedHashMap<String, Object>();
        map.put(first, one);
        map.put(second, two);
        return map;
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedStage(response);
    }
}
