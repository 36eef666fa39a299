package im.kith.server.control;

import im.kith.server.http.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `ctl account export` and `ctl account import-227`: accounts as documents of XEP-0227.
final class TransferCommands {

    private TransferCommands() {}

    @Command(
            name = "export",
            description = "Writes an account with all it holds to a file (XEP-0227).",
            mixinStandardHelpOptions = true)
    static final class Export extends Ctl.Order {

        @ParentCommand
        private AccountCommands parent = new AccountCommands();

        @Parameters(paramLabel = "NAME", description = "The account.")
        private String name = "";

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "Where to write it (default: NAME.xml).")
        private @Nullable Path file;

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            var target = file == null ? Path.of(name.replaceAll("[^A-Za-z0-9+._-]", "_") + ".xml") : file;
            try {
                var partial = Path.of(target + ".part");
                try (OutputStream stream = Files.newOutputStream(partial)) {
                    server.download(
                            "/ctl/accounts/export?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8), stream);
                    Files.move(partial, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(partial);
                }
                out.println(target + ": " + Files.size(target) + " bytes");
                return 0;
            } catch (IOException e) {
                throw ControlClient.Failure.refused("cannot write " + target + ": " + e.getMessage());
            }
        }
    }

    @Command(
            name = "import-227",
            description = "Makes the accounts of a XEP-0227 file, as other servers export them.",
            mixinStandardHelpOptions = true)
    static final class Import extends Ctl.Order {

        @ParentCommand
        private AccountCommands parent = new AccountCommands();

        @Parameters(paramLabel = "FILE.xml", description = "The document; its hosts' names do not matter.")
        private Path file = Path.of("");

        private int created;
        private int existed;
        private int bad;
        private final Map<String, Integer> omitted = new TreeMap<>();
        /// What the accounts that were made are called in the document.
        private final Map<MessageDocuments.User, String> made = new HashMap<>();

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            try (var in = new BufferedInputStream(Files.newInputStream(file));
                    var users = new UserDocuments(in)) {
                for (var user = users.next(); user != null; user = users.next()) {
                    count(server.postXml("/ctl/accounts/import-227", user.document()), user.key(), out, err);
                }
                users.leftOut().forEach((what, times) -> omitted.merge(what, times, Integer::sum));
            } catch (NoSuchFileException e) {
                throw ControlClient.Failure.refused("there is no file " + file);
            } catch (IOException e) {
                throw ControlClient.Failure.refused("cannot read " + file + ": " + e.getMessage());
            }
            if (!made.isEmpty()) messages(server);
            omitted.forEach((what, times) -> err.println("left out: " + what + " (" + times + ")"));
            out.println("%,d created, %,d existed already, %,d bad".formatted(created, existed, bad));
            return bad == 0 ? 0 : 1;
        }

        /// The archives and what waits, of accounts that were made now: of the others it is there already.
        private void messages(ControlClient server) throws ControlClient.Failure {
            try (var in = new BufferedInputStream(Files.newInputStream(file));
                    var parts = new MessageDocuments(in)) {
                for (var part = parts.next(); part != null; part = parts.next()) {
                    var account = made.get(part.user());
                    if (account == null) continue;
                    var answer = server.postXml(
                            "/ctl/accounts/import-227/messages?account=" + encoded(account) + "&host="
                                    + encoded(part.user().host()),
                            part.document());
                    leftOut(answer);
                }
            } catch (IOException e) {
                throw ControlClient.Failure.refused("cannot read " + file + ": " + e.getMessage());
            }
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }

        private void leftOut(Map<String, Object> answer) {
            if (answer.get("omitted") instanceof Map<?, ?> left) {
                left.forEach((what, times) ->
                        omitted.merge(String.valueOf(what), Integer.parseInt(String.valueOf(times)), Integer::sum));
            }
        }

        private void count(Map<String, Object> answer, MessageDocuments.User user, PrintWriter out, PrintWriter err) {
            switch (String.valueOf(Json.string(answer, "outcome"))) {
                case "created" -> {
                    created++;
                    made.put(user, String.valueOf(answer.get("account")));
                    if (answer.containsKey("key")) out.println(answer.get("account") + " key: " + answer.get("key"));
                    leftOut(answer);
                }
                case "existed" -> {
                    existed++;
                    err.println(answer.get("account") + " exists already, and is left as it is");
                }
                default -> {
                    bad++;
                    err.println("bad: " + answer.get("why"));
                }
            }
        }
    }
}
