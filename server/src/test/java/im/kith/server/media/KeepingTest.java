package im.kith.server.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How long a file is kept, and at whose word it goes before.
class KeepingTest extends MediaStage {

    @Test
    void a_restart_loses_nothing_that_was_acknowledged() throws Exception {
        var url = upload("a.bin", bytes(1000), "application/octet-stream");
        end();
        start(0);
        var path = URI.create(url).getPath();
        assertArrayEquals(bytes(1000), get(here(path)).body());
    }

    @Test
    void who_has_uploaded_a_file_deletes_it_and_nobody_else() throws Exception {
        var slot = slot("a.txt", 5, "text/plain");
        var other = slot("a.txt", 5, "text/plain");
        assertEquals(
                201, put(slot.put(), bytes(5), "Content-Type", "text/plain").statusCode());
        assertEquals(403, delete(slot.get()));
        assertEquals(403, delete(slot.get() + other.put().substring(other.get().length())));
        assertEquals(200, get(slot.get()).statusCode());
        clock.addAndGet(86_400_000);
        assertEquals(204, delete(slot.put()));
        assertEquals(404, get(slot.get()).statusCode());
        assertEquals(404, delete(slot.put()));
        assertEquals(0, now(media.usedBytes("romeo")));
        assertEquals(1, media.kept());
        assertEquals(1, media.dropped());
    }

    private int delete(String url) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)).DELETE()).statusCode();
    }

    @Test
    void only_its_owner_deletes_a_file() throws Exception {
        var url = upload("a.bin", bytes(50), "application/octet-stream");
        assertFalse(now(uploads.remove("juliet", url)));
        assertEquals(200, get(url).statusCode());
        assertEquals(1, now(uploads.overview("romeo")).files().size());
        assertEquals(0, now(uploads.overview("juliet")).files().size());
        assertEquals(50, now(uploads.overview("romeo")).usedBytes());
    }

    @Test
    void equal_files_are_kept_once_and_go_with_the_last() throws Exception {
        var one = upload("a.bin", bytes(5000), "application/octet-stream");
        var two = upload("b.bin", bytes(5000), "application/octet-stream");
        keeps(1);
        assertTrue(now(uploads.remove("romeo", one)));
        assertEquals(404, get(one).statusCode());
        assertEquals(200, get(two).statusCode());
        assertTrue(now(uploads.remove("romeo", two)));
        keeps(0);
    }

    @Test
    void files_expire() throws Exception {
        var url = upload("a.bin", bytes(50), "application/octet-stream");
        now(media.sweep());
        assertEquals(200, get(url).statusCode());
        clock.addAndGet(Duration.ofDays(30).toMillis());
        assertEquals(404, get(url).statusCode());
        clock.addAndGet(Duration.ofDays(1).toMillis());
        now(media.sweep());
        keeps(0);
        assertEquals(0, now(uploads.overview("romeo")).usedBytes());
    }

    @Test
    void a_file_to_which_nothing_refers_is_swept() throws Exception {
        var draft = now(blobs.draft());
        now(draft.write(ByteBuffer.wrap(bytes(100))));
        now(draft.seal());
        now(draft.keep());
        keeps(1);
        now(media.sweep());
        keeps(0);
    }

    @Test
    void what_the_operator_has_banned_does_not_come_back() throws Exception {
        var url = upload("a.bin", "hello".getBytes(StandardCharsets.US_ASCII), "application/octet-stream");
        var hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assertEquals(1, now(media.ban(hash)));
        assertEquals(404, get(url).statusCode());
        var slot = slot("b.bin", 5, "");
        assertEquals(
                403,
                put(slot.put(), "hello".getBytes(StandardCharsets.US_ASCII)).statusCode());
        keeps(0);
    }
}
