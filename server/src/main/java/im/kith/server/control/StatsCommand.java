package im.kith.server.control;

import im.kith.server.http.Json;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ctl stats`: what the server counts, for people or as JSON.
@Command(name = "stats", description = "Shows what the server counts.", mixinStandardHelpOptions = true)
final class StatsCommand extends Ctl.OwnOrder {

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Override
    int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
        var stats = server.get("/ctl/stats");
        if (json) out.println(Json.text(stats));
        else Listing.printTree(out, stats, "");
        return 0;
    }
}
