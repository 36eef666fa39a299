package im.kith.server.control;

import im.kith.server.http.Json;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `ctl session`: who is connected; ends sessions.
@Command(
        name = "session",
        description = "Lists and ends sessions.",
        mixinStandardHelpOptions = true,
        subcommands = {SessionCommands.ListAll.class, SessionCommands.Kick.class})
final class SessionCommands extends Ctl.Group {

    SessionCommands() {
        super("list or kick");
    }

    @Command(name = "list", description = "Lists sessions.", mixinStandardHelpOptions = true)
    static final class ListAll extends Ctl.Order {

        @ParentCommand
        private SessionCommands parent = new SessionCommands();

        @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only those of this account.")
        private @Nullable String name;

        @Mixin
        private AsJson json = new AsJson();

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var sessions = name == null
                    ? pages(server, "/ctl/sessions", "sessions")
                    : Json.objects(server.get("/ctl/sessions?account=" + encoded(name)), "sessions");
            if (sessions == null) sessions = List.of();
            if (json.print(out, Map.of("sessions", sessions))) return 0;
            var table = new Listing("ACCOUNT", "RESOURCE", "DEVICE", "IDLE", "ACKS", "STATE", "QUEUED", "SLOWED");
            for (var session : sessions) {
                table.row(
                        session.get("account"),
                        session.get("resource"),
                        session.get("device"),
                        idle(session.get("idleMillis")),
                        Boolean.TRUE.equals(session.get("streamManagement")) ? "yes" : "no",
                        Boolean.TRUE.equals(session.get("active")) ? "active" : "inactive",
                        session.get("queued"),
                        session.get("slowed"));
            }
            table.print(out);
            return 0;
        }

        private static String idle(@Nullable Object millis) {
            if (!(millis instanceof Number number)) return "";
            var idle = Duration.ofMillis(number.longValue());
            if (idle.toHours() > 0) return idle.toHours() + "h" + idle.toMinutesPart() + "m";
            return idle.toMinutes() > 0 ? idle.toMinutes() + "m" + idle.toSecondsPart() + "s" : idle.toSeconds() + "s";
        }
    }

    @Command(name = "kick", description = "Ends sessions of an account.", mixinStandardHelpOptions = true)
    static final class Kick extends Ctl.Order {

        @ParentCommand
        private SessionCommands parent = new SessionCommands();

        @Parameters(index = "0", paramLabel = "NAME", description = "The account.")
        private String name = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "RESOURCE",
                description = "Only this session (default: all).")
        private @Nullable String resource;

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var order = new LinkedHashMap<String, Object>();
            order.put("name", name);
            if (resource != null) order.put("resource", resource);
            var ended = server.post("/ctl/sessions/kick", order).get("ended");
            out.println(ended + (Integer.valueOf(1).equals(ended) ? " session ended" : " sessions ended"));
            return 0;
        }
    }

    /// All pages of a listing, one after the other.
    static List<Map<String, Object>> pages(ControlClient server, String path, String member)
            throws ControlClient.Failure {
        var all = new ArrayList<Map<String, Object>>();
        String after = "";
        while (true) {
            var page = server.get(path + "?after=" + encoded(after));
            var rows = Json.objects(page, member);
            if (rows != null) all.addAll(rows);
            var next = Json.string(page, "next");
            if (next == null) return all;
            after = next;
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
