package im.kith.server.account;

import java.util.concurrent.CompletionStage;

/// Where accounts live. Thread-safe.
public interface Directory {

    /// Collects one event loop's events; one per loop, used on its thread only.
    Inlet inlet();

    /// Asks the account something outside any session; answered once what it changed is kept.
    <T> CompletionStage<T> ask(String account, Request<T> request);
}
