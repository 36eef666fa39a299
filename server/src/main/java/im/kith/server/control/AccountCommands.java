package im.kith.server.control;

import im.kith.server.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `ctl account`: makes, lists, bars and removes accounts.
@Command(
        name = "account",
        description = "Makes, lists, bars and removes accounts.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AccountCommands.Add.class,
            ImportCommand.class,
            TransferCommands.Export.class,
            TransferCommands.Import.class,
            AccountCommands.ListAll.class,
            AccountCommands.Show.class,
            AccountCommands.Remove.class,
            AccountCommands.Disable.class,
            AccountCommands.Enable.class,
        })
final class AccountCommands extends Ctl.Group {

    AccountCommands() {
        super("add, import, export, import-227, list, show, remove, disable or enable");
    }

    @Command(
            name = "add",
            description = "Makes an account; without a password it gets a key, which is shown once.",
            mixinStandardHelpOptions = true)
    static final class Add extends Ctl.Order {

        @ParentCommand
        private AccountCommands parent = new AccountCommands();

        @Parameters(paramLabel = "NAME", description = "The part of the address before the @.")
        private String name = "";

        @Option(
                names = "--password-stdin",
                description = "Reads the password from the first line of the standard input.")
        private boolean passwordFromStdin;

        @Option(names = "--admin", description = "Makes it an administrator of the server.")
        private boolean admin;

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var row = new LinkedHashMap<String, Object>();
            row.put("name", name);
            if (passwordFromStdin) row.put("password", password());
            var answer = server.post("/ctl/accounts", Map.of("accounts", List.of(row)));
            var results = Json.objects(answer, "results");
            var result = results == null || results.isEmpty() ? Map.<String, Object>of() : results.getFirst();
            switch (String.valueOf(result.get("outcome"))) {
                case "created" -> {
                    var domain = server.get("/ctl/server").get("domain");
                    out.println(result.get("account") + "@" + domain);
                    if (result.containsKey("key")) out.println("key: " + result.get("key"));
                    if (admin) server.post("/ctl/admins", Map.of("name", String.valueOf(result.get("account"))));
                }
                case "existed" ->
                    throw ControlClient.Failure.refused("there is an account " + result.get("account") + " already");
                default -> throw ControlClient.Failure.refused(String.valueOf(result.get("why")));
            }
            return 0;
        }

        private static String password() throws ControlClient.Failure {
            try {
                var line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
                if (line == null || line.isEmpty()) {
                    throw ControlClient.Failure.refused("the standard input has no password on its first line");
                }
                return line;
            } catch (IOException e) {
                throw ControlClient.Failure.refused("cannot read the standard input: " + e.getMessage());
            }
        }
    }

    @Command(name = "list", description = "Lists all accounts.", mixinStandardHelpOptions = true)
    static final class ListAll extends Ctl.Order {

        @ParentCommand
        private AccountCommands parent = new AccountCommands();

        @Mixin
        private AsJson json = new AsJson();

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var accounts = SessionCommands.pages(server, "/ctl/accounts", "accounts");
            if (json.print(out, Map.of("accounts", accounts))) return 0;
            var table = new Listing("ACCOUNT", "SIGNS IN WITH", "STATE", "SINCE", "DEVICE");
            for (var account : accounts) {
                table.row(
                        account.get("account"),
                        account.get("kind"),
                        Boolean.TRUE.equals(account.get("disabled")) ? "disabled" : "enabled",
                        account.get("createdMillis") instanceof Number millis
                                ? Instant.ofEpochMilli(millis.longValue())
                                        .toString()
                                        .substring(0, 10)
                                : "",
                        account.get("device"));
            }
            table.print(out);
            return 0;
        }
    }

    @Command(
            name = "show",
            description = "Shows what an account has here: devices, contacts, messages kept and waiting, uploads.",
            mixinStandardHelpOptions = true)
    static final class Show extends Ctl.Order {

        @ParentCommand
        private AccountCommands parent = new AccountCommands();

        @Parameters(paramLabel = "NAME", description = "The account.")
        private String name = "";

        @Mixin
        private AsJson json = new AsJson();

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var shown = server.get("/ctl/accounts/one?name=" + SessionCommands.encoded(name));
            if (json.print(out, shown)) return 0;
            for (var moment : MOMENTS) {
                if (!(shown.get(moment) instanceof Number millis)) continue;
                shown.put(moment, millis.longValue() == 0 ? "never" : Instant.ofEpochMilli(millis.longValue()));
            }
            Listing.printTree(out, shown, "");
            return 0;
        }

        private static final List<String> MOMENTS = List.of("createdMillis", "changedMillis", "lastSeenMillis");
    }

    /// An order that names one account.
    abstract static class OnOne extends Ctl.Order {

        @ParentCommand
        private AccountCommands parent = new AccountCommands();

        @Parameters(paramLabel = "NAME", description = "The account.")
        private String name = "";

        private final String path;
        private final String done;

        OnOne(String path, String done) {
            this.path = path;
            this.done = done;
        }

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var account = server.post(path, Map.of("name", name)).get("account");
            out.println(account + " " + done);
            return 0;
        }
    }

    @Command(
            name = "remove",
            description = "Removes an account with all its messages and contacts, for good.",
            mixinStandardHelpOptions = true)
    static final class Remove extends OnOne {
        Remove() {
            super("/ctl/accounts/remove", "removed");
        }
    }

    @Command(
            name = "disable",
            description = "Ends an account's sessions and bars it from signing in; nothing is deleted.",
            mixinStandardHelpOptions = true)
    static final class Disable extends OnOne {
        Disable() {
            super("/ctl/accounts/disable", "disabled");
        }
    }

    @Command(name = "enable", description = "Lets a disabled account sign in again.", mixinStandardHelpOptions = true)
    static final class Enable extends OnOne {
        Enable() {
            super("/ctl/accounts/enable", "enabled");
        }
    }
}
