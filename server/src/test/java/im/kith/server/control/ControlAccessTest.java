package im.kith.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.http.Json;
import im.kith.server.http.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlAccessTest {

    private Path data = Path.of("");

    @BeforeEach
    void choose(@TempDir Path directory) {
        data = directory;
    }

    @Test
    void only_this_machine_with_the_token_is_let_in() throws IOException {
        var access = ControlAccess.create(data);
        var right = Map.of("authorization", "Bearer " + token());

        assertTrue(access.admits(request("127.0.0.1", right)));
        assertTrue(access.admits(request("::1", right)));
        assertFalse(access.admits(request("192.0.2.1", right)));
        assertFalse(access.admits(request("127.0.0.1", Map.of())));
        assertFalse(access.admits(request("127.0.0.1", Map.of("authorization", "Bearer "))));
        assertFalse(access.admits(request("127.0.0.1", Map.of("authorization", token()))));
        for (var header : new String[] {"origin", "forwarded", "x-forwarded-for"}) {
            var with = new HashMap<>(right);
            with.put(header, "http://localhost");
            assertFalse(access.admits(request("127.0.0.1", with)), header);
        }
    }

    @Test
    void token_and_address_are_for_the_owners_eyes_and_gone_with_the_server() throws IOException {
        var access = ControlAccess.create(data);
        access.announce(new InetSocketAddress("0.0.0.0", 8080));
        for (var name : new String[] {"ctl.token", "ctl.json"}) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name))));
        }
        var announced = Json.object(Files.readAllBytes(data.resolve("ctl.json")));
        assertEquals("http://127.0.0.1:8080", announced == null ? null : announced.get("http"));

        access.close();
        assertFalse(Files.exists(data.resolve("ctl.token")));
        assertFalse(Files.exists(data.resolve("ctl.json")));
    }

    @Test
    void every_start_has_a_token_of_its_own() throws IOException {
        ControlAccess.create(data);
        var first = token();
        ControlAccess.create(data);
        assertNotEquals(first, token());
        assertEquals(43, first.length());
    }

    private String token() throws IOException {
        return Files.readString(data.resolve("ctl.token")).strip();
    }

    private static Request request(String peer, Map<String, String> headers) {
        return new Request(
                "GET", "/ctl/accounts", Map.of(), Map.of(), headers, new byte[0], InetAddress.ofLiteral(peer), false);
    }
}
