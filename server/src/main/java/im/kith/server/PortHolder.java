package im.kith.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Which process listens on a port: from `/proc` (Linux), as far as this user may see it.
final class PortHolder {

    private static final String LISTENING = "0A";

    private PortHolder() {}

    /// The process in words, empty if it cannot be known.
    static Optional<String> of(int port) {
        try {
            var inodes = new HashSet<String>();
            for (var table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) inodes.addAll(inodes(table, port));
            return inodes.isEmpty() ? Optional.empty() : process(inodes);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Lines are `sl local:port remote:port state …`, the inode is the tenth word.
    private static Set<String> inodes(String table, int port) throws IOException {
        var inodes = new HashSet<String>();
        var path = Path.of(table);
        if (!Files.isReadable(path)) return inodes;
        for (var line : Files.readAllLines(path, StandardCharsets.US_ASCII)) {
            var words = line.strip().split("\\s+");
            if (words.length > 9 && words[3].equals(LISTENING) && words[1].endsWith(":%04X".formatted(port))) {
                inodes.add("socket:[" + words[9] + "]");
            }
        }
        return inodes;
    }

    private static Optional<String> process(Set<String> sockets) throws IOException {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                if (holdsAny(process, sockets)) {
                    var pid = process.getFileName().toString();
                    return Optional.of("process " + pid + " (" + name(process) + ")");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holdsAny(Path process, Set<String> sockets) {
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var descriptor : descriptors) {
                if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) return true;
            }
        } catch (IOException e) {
            // Another user's process, or one that has just ended: it is not known to hold it.
            return false;
        }
        return false;
    }

    private static String name(Path process) {
        try {
            var words = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .strip();
            return words.contains("im.kith.server.Main")
                    ? "another Kith"
                    : Files.readString(process.resolve("comm"), StandardCharsets.UTF_8)
                            .strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
