package im.kith.trial;

import im.kith.trial.bench.BenchException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `kith bench` and `kith trial`: the commands of this module.
@Command(
        name = "kith",
        mixinStandardHelpOptions = true,
        subcommands = {Bench.class, Main.Trials.class})
public final class Main {

    /// `kith trial`: longer trials with a server of their own.
    @Command(
            name = "trial",
            mixinStandardHelpOptions = true,
            description = "Longer trials, with a server of their own.",
            subcommands = Crash.class)
    static final class Trials {}

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setOverwrittenOptionsAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (!(failure instanceof BenchException)) {
                        throw failure;
                    }
                    System.err.println("kith: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }
}
