package im.kith.server.control;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `./kith ctl`: commands to the server that runs on a data directory of this machine.
///
/// Exit codes: 0 done, 1 the server refused (or some rows of an import were bad), 2 mistyped, 3 no server to talk to.
@Command(
        name = "ctl",
        description =
                "Commands the running server: accounts, sessions, statistics, invitations, media, reports, its page.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AccountCommands.class,
            SessionCommands.class,
            StatsCommand.class,
            InviteCommand.class,
            MediaCommands.class,
            ReportCommands.class,
            AdminCommands.Link.class,
            AdminCommands.End.class,
        },
        footer = {"", "Exit codes: 0 done, 1 refused, 2 mistyped, 3 no server runs on that data directory."})
public final class Ctl implements Runnable {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The server's data directory (default: ${DEFAULT-VALUE}).",
            defaultValue = "data",
            scope = ScopeType.INHERIT)
    private Path data = Path.of("data");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ControlClient client() throws ControlClient.Failure {
        return ControlClient.open(data);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "Say what to do: account, session, stats, invite, media, reports, admin-link or admin-end.");
    }

    /// A command that has others below it, and does nothing by itself.
    abstract static class Group implements Runnable {

        @ParentCommand
        private Ctl ctl = new Ctl();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        /// The names of the others, as a sentence has them.
        private final String choice;

        Group(String choice) {
            this.choice = choice;
        }

        final Ctl ctl() {
            return ctl;
        }

        @Override
        public final void run() {
            throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do: " + choice + ".");
        }
    }

    /// A command that talks to the server: says on one line of the error output why it failed.
    abstract static class Order implements Callable<Integer> {

        @Spec
        CommandSpec spec = CommandSpec.create();

        abstract Ctl ctl();

        /// Answers the exit code.
        abstract int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure;

        @Override
        public Integer call() {
            var out = spec.commandLine().getOut();
            var err = spec.commandLine().getErr();
            try {
                return order(ctl().client(), out, err);
            } catch (ControlClient.Failure e) {
                err.println("kith ctl: " + e.getMessage());
                return e.exitCode();
            } finally {
                out.flush();
                err.flush();
            }
        }
    }

    /// An order that stands directly below `ctl`.
    abstract static class OwnOrder extends Order {

        @ParentCommand
        private Ctl ctl = new Ctl();

        @Override
        final Ctl ctl() {
            return ctl;
        }
    }
}
