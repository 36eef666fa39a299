package im.kith.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The documents agree with the code, and the code with its own rules.
class RepositoryTest {

    private static final Path ROOT = Path.of("..");
    private static final List<String> MODULES = List.of("xmpp", "store", "server", "trial");
    private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z0-9]+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
    private static final Pattern BROKEN_COMMENT = Pattern.compile("(?m)^( *)///.*\\R\\1// ");

    /// Words that are written like a class and are none of ours.
    private static final Set<String> OTHERS =
            Set.of("X", "Authorization", "Manager", "Helper", "Util", "Impl", "Abstract");

    @Test
    void every_class_that_the_architecture_names_exists() throws IOException {
        var classes = sources().stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        for (var document : List.of("docs/ARCHITECTURE.md", "CONTRIBUTING.md", "docs/adr/0006-configuration.md")) {
            var missing = new TreeSet<String>();
            var matcher = CLASS.matcher(Files.readString(ROOT.resolve(document)));
            while (matcher.find()) missing.add(matcher.group(1));
            missing.removeAll(classes);
            missing.removeAll(OTHERS);
            assertEquals(Set.of(), missing, document + " names classes that do not exist");
        }
    }

    @Test
    void every_link_between_the_documents_leads_somewhere() throws IOException {
        for (var name : List.of("README.md", "CONTRIBUTING.md", "docs/OPERATIONS.md", "docs/adr/README.md")) {
            var document = ROOT.resolve(name);
            var matcher = LINK.matcher(Files.readString(document));
            while (matcher.find()) {
                var target = document.resolveSibling(matcher.group(1));
                assertTrue(Files.exists(target), name + " links to " + matcher.group(1));
            }
        }
    }

    @Test
    void every_metric_that_the_operations_name_is_published() throws IOException {
        var code = Files.readString(Path.of("src/main/java/im/kith/server/Published.java"))
                + Files.readString(Path.of("src/main/java/im/kith/server/Kith.java"))
                + Files.readString(Path.of("src/main/java/im/kith/server/pulse/Exposition.java"));
        var matcher = Pattern.compile("`kith_([a-z_]+)").matcher(Files.readString(ROOT.resolve("docs/OPERATIONS.md")));
        while (matcher.find()) {
            var name = matcher.group(1);
            if (name.endsWith("_waiting")) continue; // one per kind of queue
            assertTrue(code.contains("\"" + name + "\"") || code.contains("\"kith_" + name + "\""), name);
        }
    }

    @Test
    void no_comment_was_broken_by_the_formatter() throws IOException {
        var broken = new TreeSet<String>();
        for (var file : sources()) {
            if (BROKEN_COMMENT.matcher(Files.readString(file)).find()) broken.add(file.toString());
        }
        assertEquals(Set.of(), broken, "a /// line of more than 120 columns became //: break it by hand");
    }

    @Test
    void names_do_not_say_that_nobody_knew_a_name() throws IOException {
        // What stands in for a class of somebody else's bears its name.
        var bad = sources().stream()
                .filter(file -> file.toString().contains("/im/kith/"))
                .map(file -> file.getFileName().toString())
                .filter(name -> name.matches(".*(Manager|Helper|Utils?|Impl)\\.java|Abstract.*"))
                .toList();
        assertEquals(List.of(), bad);
    }

    private static List<Path> sources() throws IOException {
        var sources = new java.util.ArrayList<Path>();
        for (var module : MODULES) {
            try (var files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }
}
