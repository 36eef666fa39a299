package im.kith.server.signup;

import im.kith.server.auth.PeerNetwork;
import im.kith.server.stream.InBandRegistration;
import java.util.concurrent.CompletionStage;

/// XEP-0077 on a stream: `registration.mode = open`. By the rules of [NamedSignUp].
public final class InBandSignUp implements InBandRegistration {

    private final NamedSignUp byName;

    public InBandSignUp(NamedSignUp byName) {
        this.byName = byName;
    }

    @Override
    public String instructions() {
        return "Choose a user name and a password.";
    }

    @Override
    public CompletionStage<Outcome> register(String name, String password, String peer) {
        return byName.inTheOpen(name, password, "", PeerNetwork.of(peer)).handle((result, failure) -> {
            if (failure != null) return Outcome.UNAVAILABLE;
            return switch (result) {
                case NamedSignUp.Result.SignedUp _ -> Outcome.CREATED;
                case NamedSignUp.Result.Taken _ -> Outcome.CONFLICT;
                case NamedSignUp.Result.TooMany _ -> Outcome.THROTTLED;
                case NamedSignUp.Result.BadInput _, NamedSignUp.Result.BadInvitation _ -> Outcome.NOT_ACCEPTABLE;
            };
        });
    }
}
