package im.kith.server;

import im.kith.server.config.BadConfig;
import im.kith.server.config.ConfigReader;
import im.kith.server.config.ReferenceFile;
import im.kith.server.control.Ctl;
import im.kith.server.docs.Documents;
import im.kith.store.StoreException;
import im.kith.store.disk.Salvage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/// Where the program starts: `kith COMMAND …`, as the script `kith` calls it.
///
/// Exit codes: 0 done, 1 could not, 2 wrong usage or configuration.
public final class Main {

    private Main() {}

    public static void main(String[] words) {
        int exitCode = run(words);
        if (exitCode >= 0) System.exit(exitCode);
    }

    /// Negative: the server runs on.
    private static int run(String[] words) {
        var command = words.length == 0 ? "" : words[0];
        var rest = Arrays.asList(words).subList(Math.min(1, words.length), words.length);
        try {
            return switch (command) {
                case "serve" -> serve(rest);
                case "check" -> check(rest);
                case "ctl" -> new CommandLine(new Ctl()).execute(rest.toArray(String[]::new));
                case "salvage" -> salvage(rest);
                case "rehearse" -> rehearse();
                case "docs" -> docs();
                default -> throw new Refusal(2, "there is no command \"" + command + "\"; ./kith help lists them");
            };
        } catch (BadConfig e) {
            System.err.println("Kith does not start with this configuration:");
            for (var complaint : e.complaints()) System.err.println("  " + complaint);
            return 2;
        } catch (Refusal e) {
            System.err.println("kith: " + e.getMessage());
            return e.exitCode();
        }
    }

    private static int serve(List<String> words) throws BadConfig, Refusal {
        var options = Options.parse(words);
        Kith.start(ConfigReader.read(options.file(), options.settings()), System.out);
        return -1;
    }

    private static int check(List<String> words) throws BadConfig, Refusal {
        var options = Options.parse(words);
        var result = ConfigReader.read(options.file(), options.settings());
        var out = System.out;
        out.println("# What is in effect:");
        for (var line : result.effective()) out.println(line);
        var complaints = Check.complaints(result.config());
        report(out, complaints);
        return complaints.isEmpty() ? 0 : 1;
    }

    private static void report(PrintStream out, List<String> complaints) {
        out.println();
        if (complaints.isEmpty()) out.println("Kith would start with it.");
        else out.println("Kith would not start with it:");
        for (var complaint : complaints) out.println("  " + complaint);
    }

    /// Makes a whole store of a damaged one; what it finds is told line by line.
    private static int salvage(List<String> words) throws BadConfig, Refusal {
        var options = Options.parse(words);
        var data =
                ConfigReader.read(options.file(), options.settings()).config().data();
        if (!Files.isDirectory(data)) throw new Refusal(1, "there is no data directory " + data.toAbsolutePath());
        try {
            var report = Salvage.run(data, System.out::println);
            System.out.println("Saved " + report.entries() + " messages and " + report.rows() + " other values of "
                    + report.owners() + " accounts; " + report.damagedRanges() + " damaged places, " + report.lost()
                    + " messages known to be lost.");
            return 0;
        } catch (StoreException e) {
            throw new Refusal(1, String.valueOf(e.getMessage()));
        }
    }

    private static int rehearse() throws BadConfig, Refusal {
        Rehearsal.run();
        return 0;
    }

    static String version() {
        var version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    private static int docs() throws Refusal {
        try {
            Files.writeString(Path.of("kith.conf"), ReferenceFile.text());
            System.out.println("kith.conf");
            Documents.write(Path.of(""));
            Documents.texts().keySet().forEach(System.out::println);
        } catch (IOException e) {
            throw new Refusal(1, "could not write: " + e.getMessage());
        }
        return 0;
    }
}
