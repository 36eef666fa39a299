package im.kith.server.feature.links;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Devices that ask to be linked, and the tokens they get, as the feature sees them. Thread-safe; nothing blocks.
public interface Links {

    /// A device that asks: its id (XEP-0388 user-agent), what it calls itself, and from which network.
    record Asking(String device, String name, String from) {}

    /// Who shows this code, or null when nobody does (any more).
    @Nullable
    Asking asking(String code);

    /// Gives the device that shows the code a token of its own; false when nobody shows it any more.
    CompletionStage<Boolean> approve(String account, String code);

    /// Voids the device's tokens and ends its session.
    CompletionStage<Boolean> revoke(String account, String device);
}
