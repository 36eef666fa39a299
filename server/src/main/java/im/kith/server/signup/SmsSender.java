package im.kith.server.signup;

import java.util.concurrent.CompletionStage;

/// How a text reaches a phone. Thread-safe; never blocks the caller.
@FunctionalInterface
public interface SmsSender {

    /// Done when the text is on its way as far as one can know; fails when it will not be sent.
    CompletionStage<Void> send(PhoneNumber to, String text);
}
