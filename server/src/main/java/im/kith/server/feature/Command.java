package im.kith.server.feature;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// XEP-0050: something that a person may have the server do, by a form that any client can show.
///
/// A command has one stage: its form, or nothing to fill in. What its form requires is checked before it runs.
///
/// @param node its name on the wire
/// @param name its name for people
/// @param allowed whether the account of that bare JID may run it; to others it does not show
/// @param form what is to be filled in, asked anew each time; null for nothing
public record Command(
        String node,
        String name,
        Predicate<Jid> allowed,
        @Nullable Supplier<CompletionStage<DataForm>> form,
        Work work) {

    public static final String NAMESPACE = "http://jabber.org/protocol/commands";

    /// What the command does, for whom (a bare JID). The form is of type submit; without a form of its own it is empty.
    @FunctionalInterface
    public interface Work {
        CompletionStage<Outcome> run(DataForm submitted, Jid by);
    }

    /// What came of it.
    public sealed interface Outcome {

        /// It is done; `payload` is what it has to show, `note` what it has to say.
        record Done(@Nullable Element payload, @Nullable String note) implements Outcome {}

        /// It could not be done, and changed nothing.
        record Failed(StanzaError error) implements Outcome {}

        static CompletionStage<Outcome> done() {
            return CompletableFuture.completedStage(new Done(null, null));
        }

        static CompletionStage<Outcome> failed(StanzaError error) {
            return CompletableFuture.completedStage(new Failed(error));
        }
    }
}
