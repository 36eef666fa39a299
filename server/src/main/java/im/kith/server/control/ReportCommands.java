package im.kith.server.control;

import im.kith.server.http.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `ctl reports`: what people have reported (XEP-0377).
@Command(
        name = "reports",
        description = "Shows what people have reported.",
        mixinStandardHelpOptions = true,
        subcommands = {ReportCommands.ListAll.class, ReportCommands.Done.class})
final class ReportCommands extends Ctl.Group {

    ReportCommands() {
        super("list or done");
    }

    @Command(name = "list", description = "Lists what is not done.", mixinStandardHelpOptions = true)
    static final class ListAll extends Ctl.Order {

        @ParentCommand
        private ReportCommands parent = new ReportCommands();

        @Mixin
        private AsJson json = new AsJson();

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var answer = server.get("/ctl/reports");
            if (json.print(out, answer)) return 0;
            var table = new Listing("ID", "AT", "BY", "ABOUT", "REASON", "TEXT");
            for (var report :
                    Objects.requireNonNullElse(Json.objects(answer, "reports"), List.<Map<String, Object>>of())) {
                var reason = String.valueOf(report.get("reason"));
                table.row(
                        report.get("id"),
                        report.get("at"),
                        report.get("by"),
                        report.get("about"),
                        reason.substring(reason.lastIndexOf(':') + 1),
                        line(String.valueOf(report.get("text"))));
            }
            table.print(out);
            return 0;
        }

        /// What strangers have written, as one line that moves no terminal.
        private static String line(String text) {
            return text.codePoints()
                    .map(c -> Character.isISOControl(c) ? ' ' : c)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }
    }

    @Command(name = "done", description = "Takes a report off the list.", mixinStandardHelpOptions = true)
    static final class Done extends Ctl.Order {

        @ParentCommand
        private ReportCommands parent = new ReportCommands();

        @Parameters(paramLabel = "ID", description = "Which.")
        private String id = "";

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            server.post("/ctl/reports/done", Map.of("id", id));
            out.println(id + " done");
            return 0;
        }
    }
}
