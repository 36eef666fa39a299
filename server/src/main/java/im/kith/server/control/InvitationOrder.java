package im.kith.server.control;

import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.signup.Invitations;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// The order that makes an invitation, the same for `ctl` and for the operators' page: `{"hours":72}`.
final class InvitationOrder {

    private static final long MAX_HOURS = 24L * 365;

    private InvitationOrder() {}

    /// `more` is what the answer says besides the code and when it expires.
    static CompletionStage<Response> make(
            Request request, Invitations invitations, Function<Invitations.Invitation, Map<String, Object>> more) {
        var body = Json.object(request.body());
        if (body == null || !(body.get("hours") instanceof Integer hours) || hours < 1 || hours > MAX_HOURS) {
            return CompletableFuture.completedStage(Response.problem(
                    400, "Not understood", "Send {\"hours\":72}: how long it is good, at most a year."));
        }
        return invitations.make(Duration.ofHours(hours)).thenApply(invitation -> {
            var made = new LinkedHashMap<String, Object>();
            made.put("code", invitation.code());
            made.put("expiresMillis", invitation.expiresMillis());
            made.putAll(more.apply(invitation));
            return Json.response(201, made);
        });
    }
}
