package im.kith.server;

import im.kith.server.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `./kith check` looks at beyond the configuration itself: the data directory, the certificates, the ports.
final class Check {

    private Check() {}

    static List<String> complaints(Config config) {
        var complaints = new ArrayList<String>();
        var data = dataComplaint(config.data());
        if (data != null) complaints.add(data);
        complaints.addAll(Ports.complaints(config));
        return complaints;
    }

    /// Whether the data directory is there or can be made, and can be written in.
    static @Nullable String dataComplaint(Path data) {
        var existing = data.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) existing = existing.getParent();
        if (existing == null || !Files.isDirectory(existing)) return "data: " + existing + " is not a directory";
        try {
            Files.delete(Files.createTempFile(existing, "kith", ".probe"));
            return null;
        } catch (IOException e) {
            return "data: " + existing + " cannot be written in by this user (" + e.getMessage() + ")";
        }
    }
}
