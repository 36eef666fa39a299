package im.kith.xmpp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The wire examples in the repository's `golden/`.
final class Golden {

    private Golden() {}

    private static Path folder() {
        var folder = Path.of("golden");
        return Files.isDirectory(folder) ? folder : Path.of("..", "golden");
    }

    /// The names of all examples.
    static List<String> names() {
        try (var files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".xml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What goes over the wire.
    static String read(String name) {
        try {
            return Files.readString(folder().resolve(name)).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
