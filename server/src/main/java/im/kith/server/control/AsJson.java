package im.kith.server.control;

import im.kith.server.http.Json;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Option;

/// `--json` of the orders that show something: what the server answered, for programs.
final class AsJson {

    @Option(names = "--json", description = "As one JSON object.")
    private boolean wanted;

    /// Whether it was wanted, and is done.
    boolean print(PrintWriter out, Map<String, ?> answer) {
        if (wanted) out.println(Json.text(answer));
        return wanted;
    }
}
