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

        @Override
        Ctl ctl() {
            return parent.ctl();
        }

        @Override
        int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
            try (var in = new BufferedInputStream(Files.newInputStream(file));
                    var users = new UserDocuments(in)) {
                for (var user = users.next(); user != null; user = users.next()) {
                    count(server.postXml("/ctl/accounts/import-227", user), out, err);
                }
                users.leftOut().forEach((what, times) -> omitted.merge(what, times, Integer::sum));
            } catch (NoSuchFileException e) {
                throw ControlClient.Failure.refused("there is no file " + file);
            } catch (IOException e) {
                throw ControlClient.Failure.refused("cannot read " + file + ": " + e.getMessage());
            }
            omitted.forEach((what, times) -> err.println("left out: " + what + " (" + times + ")"));
            out.println("%,d created, %,d existed already, %,d bad".formatted(created, existed, bad));
            return bad == 0 ? 0 : 1;
        }

        private void count(Map<String, Object> answer, PrintWriter out, PrintWriter err) {
            switch (String.valueOf(Json.string(answer, "outcome"))) {
                case "created" -> {
                    created++;
                    if (answer.containsKey("key")) out.println(answer.get("account") + " key: " + answer.get("key"));
                    if (answer.get("omitted") instanceof Map<?, ?> left) {
                        left.forEach((what, times) -> omitted.merge(
                                String.valueOf(what), Integer.parseInt(String.valueOf(times)), Integer::sum));
                    }
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
