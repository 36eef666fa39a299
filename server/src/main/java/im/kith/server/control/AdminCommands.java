package im.kith.server.control;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine.Command;

/// `ctl admin-link` and `ctl admin-end`: who may use the operators' page.
final class AdminCommands {

    private AdminCommands() {}

    @Command(
            name = "admin-link",
            description = "Prints a link that signs one browser in at the operators' page.",
            mixinStandardHelpOptions = true)
    static final class Link extends Ctl.OwnOrder {

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var made = server.post("/ctl/admin/link", Map.of());
            out.println(made.get("link"));
            if (made.get("expiresMillis") instanceof Number expires) {
                err.println("Good for one browser until " + Instant.ofEpochMilli(expires.longValue())
                        + ". Whoever opens it can command this server.");
            }
            return 0;
        }
    }

    @Command(
            name = "admin-end",
            description = "Signs everybody out of the operators' page and voids links that wait.",
            mixinStandardHelpOptions = true)
    static final class End extends Ctl.OwnOrder {

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            out.println(server.post("/ctl/admin/end", Map.of()).get("ended") + " signed out");
            return 0;
        }
    }
}
