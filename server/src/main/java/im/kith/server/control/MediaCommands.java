package im.kith.server.control;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `ctl media`: uploads.
@Command(
        name = "media",
        description = "Removes uploads.",
        mixinStandardHelpOptions = true,
        subcommands = MediaCommands.Ban.class)
final class MediaCommands extends Ctl.Group {

    MediaCommands() {
        super("ban");
    }

    @Command(
            name = "ban",
            description = "Removes all uploads of a file, which nobody can upload again.",
            mixinStandardHelpOptions = true)
    static final class Ban extends Ctl.Order {

        @ParentCommand
        private MediaCommands parent = new MediaCommands();

        @Parameters(paramLabel = "HASH", description = "The file's SHA-256 (sha256sum FILE).")
        private String hash = "";

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var removed = server.post("/ctl/media/ban", Map.of("hash", hash)).get("removed");
            out.println("banned; " + removed + " uploads removed");
            return 0;
        }
    }
}
