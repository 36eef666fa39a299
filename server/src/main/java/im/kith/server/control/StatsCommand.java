package im.kith.server.control;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ctl stats`: what the server counts, for people or as JSON.
@Command(name = "stats", description = "Shows what the server counts.", mixinStandardHelpOptions = true)
final class StatsCommand extends Ctl.OwnOrder {

    @Mixin
    private AsJson json = new AsJson();

    @Override
    int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
        var stats = server.get("/ctl/stats");
        if (!json.print(out, stats)) Listing.printTree(out, stats, "");
        return 0;
    }
}
