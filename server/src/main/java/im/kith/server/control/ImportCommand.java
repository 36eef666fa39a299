package im.kith.server.control;

import im.kith.server.http.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `ctl account import`: makes the accounts of a CSV file, in batches, a few of them under way at a time.
///
/// Bad rows are told with their line and harm no other. Accounts that exist are left as they are, so a broken-off
/// import is simply run again.
@Command(
        name = "import",
        description = "Makes the accounts of a CSV file with the columns name,password.",
        mixinStandardHelpOptions = true)
final class ImportCommand extends Ctl.Order {

    private static final int BATCH = 100;
    private static final int UNDER_WAY = 3;
    private static final int COMPLAINTS_SHOWN = 100;

    @ParentCommand
    private AccountCommands parent = new AccountCommands();

    @Parameters(paramLabel = "FILE.csv", description = "One account per line: name,password")
    private Path file = Path.of("");

    private long created;
    private long existed;
    private long bad;
    private final List<String> complaints = new ArrayList<>();

    private record Batch(List<CsvRows.Row> rows, double partOfFile) {}

    private record Sent(Batch batch, Future<Map<String, Object>> answer) {}

    @Override
    Ctl ctl() {
        return parent.ctl();
    }

    @Override
    int order(ControlClient server, PrintWriter out, PrintWriter err) throws ControlClient.Failure {
        var console = System.console();
        var progress = new ProgressBar(err, console != null && console.isTerminal(), System::currentTimeMillis);
        try (var rows = new CsvRows(Files.newInputStream(file));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long size = Math.max(1, Files.size(file));
            var underWay = new ArrayDeque<Sent>();
            for (var batch = read(rows, size); batch != null; batch = read(rows, size)) {
                underWay.add(new Sent(batch, send(server, batch, threads)));
                if (underWay.size() >= UNDER_WAY) finish(underWay, progress);
            }
            while (!underWay.isEmpty()) finish(underWay, progress);
        } catch (IOException e) {
            throw ControlClient.Failure.refused("cannot read " + file + ": " + reason(e));
        }
        for (var complaint : complaints) err.println(complaint);
        if (bad > complaints.size()) err.println("… and " + (bad - complaints.size()) + " more bad rows");
        out.println("%,d created, %,d existed already, %,d bad".formatted(created, existed, bad));
        return bad == 0 ? 0 : 1;
    }

    /// The next rows, or null at the end of the file.
    private static @org.jspecify.annotations.Nullable Batch read(CsvRows rows, long size) throws IOException {
        var batch = new ArrayList<CsvRows.Row>();
        while (batch.size() < BATCH) {
            var row = rows.next();
            if (row == null) break;
            batch.add(row);
        }
        return batch.isEmpty() ? null : new Batch(batch, Math.min(1, (double) rows.bytesRead() / size));
    }

    private static Future<Map<String, Object>> send(ControlClient server, Batch batch, ExecutorService threads) {
        var accounts = new ArrayList<Map<String, Object>>();
        for (var row : batch.rows) {
            if (row.complaint() != null) continue;
            var account = new LinkedHashMap<String, Object>();
            account.put("name", row.name());
            account.put("password", row.password());
            accounts.add(account);
        }
        return threads.submit(() -> server.post("/ctl/accounts", Map.of("accounts", accounts)));
    }

    /// Waits for the batch that was sent first and counts what became of it.
    private void finish(Queue<Sent> underWay, ProgressBar progress) throws ControlClient.Failure {
        var sent = underWay.remove();
        List<Map<String, Object>> results;
        try {
            results = Json.objects(sent.answer.get(), "results");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ControlClient.Failure failure) throw failure;
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ControlClient.Failure.refused("interrupted; run the import again to go on");
        }
        if (results == null) throw ControlClient.Failure.refused("the server gave no results");
        var answers = results.iterator();
        for (var row : sent.batch.rows) {
            if (row.complaint() != null) {
                complain(row, row.complaint());
                continue;
            }
            var result = answers.next();
            switch (String.valueOf(result.get("outcome"))) {
                case "created" -> created++;
                case "existed" -> existed++;
                default -> complain(row, String.valueOf(result.get("why")));
            }
        }
        progress.show(sent.batch.partOfFile, created + existed + bad);
    }

    private void complain(CsvRows.Row row, String why) {
        bad++;
        if (complaints.size() < COMPLAINTS_SHOWN) complaints.add(file + ":" + row.line() + ": " + why);
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException
                ? "there is no such file"
                : String.valueOf(e.getMessage());
    }
}
