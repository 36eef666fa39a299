package im.kith.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which process listens on a port: from `/proc` (Linux), as far as this user may see it.
final class PortHolder {

    private static final String LISTENING = "0A";
    /// What a UDP socket is that was not connected to one peer.
    private static final String OPEN = "07";

    private PortHolder() {}

    /// The process that listens there over TCP, in words; empty if it cannot be known.
    static Optional<String> of(int port) {
        return holder("tcp", LISTENING, port);
    }

    /// The same over UDP.
    static Optional<String> ofUdp(int port) {
        return holder("udp", OPEN, port);
    }

    private static Optional<String> holder(String protocol, String state, int port) {
        try {
            var inodes = new HashSet<String>();
            for (var table : List.of(protocol, protocol + "6")) {
                inodes.addAll(inodes(Path.of("/proc/net", table), state, port));
            }
            return inodes.isEmpty() ? Optional.empty() : process(inodes);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Lines are `sl local:port remote:port state …`, the inode is the tenth word.
    private static Set<String> inodes(Path table, String state, int port) throws IOException {
        var inodes = new HashSet<String>();
        if (!Files.isReadable(table)) return inodes;
        for (var line : Files.readAllLines(table, StandardCharsets.US_ASCII)) {
            var words = line.strip().split("\\s+");
            if (words.length > 9 && words[3].equals(state) && words[1].endsWith(":%04X".formatted(port))) {
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
                if (sockets.contains(target(descriptor))) return true;
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Another user's process, or one that has just ended: it is not known to hold it.
            return false;
        }
        return false;
    }

    /// What the descriptor is; "" when the process has just closed it, which says nothing of its others.
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
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
