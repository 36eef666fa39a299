package im.kith.server.control;

import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may command the server: a process on its own machine that can read the data directory.
///
/// Two files in the data directory say so, both made anew at each start and readable by their owner only:
/// `ctl.token`, a random token that every request must bring, and `ctl.json`, where the server listens. Requests of
/// browsers (`Origin`), through a proxy (`Forwarded`, `X-Forwarded-For`) or from other machines are refused with or
/// without it.
public final class ControlAccess implements Gate, AutoCloseable {

    private static final Response HIDDEN = Response.problem(404, "Not found", "There is nothing here.");

    static final String TOKEN_FILE = "ctl.token";
    static final String ADDRESS_FILE = "ctl.json";

    private static final int TOKEN_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path data;
    private final byte[] header;

    private ControlAccess(Path data, String token) {
        this.data = data;
        this.header = ("Bearer " + token).getBytes(StandardCharsets.US_ASCII);
    }

    /// Makes a new token; call it once the data directory is known to be this process's own.
    public static ControlAccess create(Path data) throws IOException {
        var bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Files.deleteIfExists(data.resolve(ADDRESS_FILE));
        write(data.resolve(TOKEN_FILE), token + "\n");
        return new ControlAccess(data, token);
    }

    /// Tells `ctl` where the server listens, once it does. An address that means "all" is told as this machine's own.
    public void announce(InetSocketAddress http) throws IOException {
        var address = http.getAddress();
        var host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        var announcement = new LinkedHashMap<String, Object>();
        announcement.put("http", "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + http.getPort());
        announcement.put("pid", ProcessHandle.current().pid());
        write(data.resolve(ADDRESS_FILE), Json.text(announcement) + "\n");
    }

    /// A stranger learns nothing, not even that there is something to command.
    @Override
    public @Nullable Response objection(Request request) {
        return admits(request) ? null : HIDDEN;
    }

    /// Whether the request may command this server.
    boolean admits(Request request) {
        var given = request.header("authorization");
        return given != null
                && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), header)
                && request.header("origin") == null
                && request.header("forwarded") == null
                && request.header("x-forwarded-for") == null
                && isThisMachine(request.peer());
    }

    private static boolean isThisMachine(InetAddress peer) {
        try {
            return peer.isLoopbackAddress() || NetworkInterface.getByInetAddress(peer) != null;
        } catch (SocketException noInterfaces) {
            return false;
        }
    }

    private static void write(Path file, String text) throws IOException {
        var next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.writeString(next, text);
        try {
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// The server stops: nothing is left that says otherwise.
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(data.resolve(ADDRESS_FILE));
        Files.deleteIfExists(data.resolve(TOKEN_FILE));
    }
}
