package im.kith.server.control;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ctl invite`: a code with which one person can make one account.
@Command(
        name = "invite",
        description = "Makes an invitation: a code that is good for one account.",
        mixinStandardHelpOptions = true)
final class InviteCommand extends Ctl.OwnOrder {

    @Option(
            names = "--hours",
            paramLabel = "N",
            defaultValue = "72",
            description = "How long it is good (default: ${DEFAULT-VALUE}, at most a year).")
    private int hours;

    @Mixin
    private AsJson json = new AsJson();

    @Override
    int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
        var made = server.post("/ctl/invites", Map.of("hours", hours));
        if (json.print(out, made)) return 0;
        out.println(made.get("code"));
        if (made.get("expiresMillis") instanceof Number expires) {
            err.println("Good for one account until " + Instant.ofEpochMilli(expires.longValue())
                    + ": POST /v1/registration {\"invite\":\"" + made.get("code") + "\",\"name\":\"…\"}");
        }
        return 0;
    }
}
