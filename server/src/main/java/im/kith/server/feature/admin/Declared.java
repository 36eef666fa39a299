package im.kith.server.feature.admin;

import im.kith.server.feature.Command;
import im.kith.server.feature.Command.Outcome;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.StanzaError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The commands of XEP-0133 as they are declared, for administrators only. Filled while the server is put together.
final class Declared {

    static final int MOST_ACCOUNTS = 1000;
    static final StanzaError MALFORMED = StanzaError.of(StanzaError.Condition.JID_MALFORMED, "That is no address.");
    static final StanzaError TOO_MANY =
            StanzaError.of(StanzaError.Condition.NOT_ACCEPTABLE, "At most " + MOST_ACCOUNTS + " accounts at a time.");

    private final Administration administration;
    private final List<Command> commands = new ArrayList<>();

    Declared(Administration administration) {
        this.administration = administration;
    }

    List<Command> commands() {
        return List.copyOf(commands);
    }

    /// @param form what is asked for; null if the command runs at once
    void add(String node, String name, @Nullable DataForm form, Command.Work work) {
        declare(node, name, form == null ? null : () -> CompletableFuture.completedStage(form), work);
    }

    /// A command whose form shows what is so now.
    void editing(String node, String name, Supplier<CompletionStage<DataForm>> asked, Command.Work work) {
        declare(node, name, asked, work);
    }

    private void declare(
            String node, String name, @Nullable Supplier<CompletionStage<DataForm>> asked, Command.Work work) {
        commands.add(new Command(AdminForm.TYPE + "#" + node, name, administration::isAdministrator, asked, work));
    }

    static CompletionStage<Outcome> outcome(CompletionStage<@Nullable StanzaError> stage) {
        return stage.thenApply(error -> error == null ? new Outcome.Done(null, null) : new Outcome.Failed(error));
    }
}
