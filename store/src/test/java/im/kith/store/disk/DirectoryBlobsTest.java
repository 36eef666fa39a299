package im.kith.store.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.store.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every engine of blobs owes, on the one there is.
class DirectoryBlobsTest {

    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir
    Path root;

    private DirectoryBlobs blobs;

    @BeforeEach
    void open() throws IOException {
        blobs = DirectoryBlobs.open(root, 0);
    }

    @AfterEach
    void close() {
        blobs.close();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private String keep(String... pieces) {
        var draft = now(blobs.draft());
        for (var piece : pieces) now(draft.write(bytes(piece)));
        var hash = now(draft.seal());
        now(draft.keep());
        return hash;
    }

    @Test
    void a_blob_is_found_by_the_hash_of_its_bytes_however_they_came() throws IOException {
        assertEquals(HELLO, keep("hello"));
        assertEquals(HELLO, keep("he", "llo"));
        var blob = now(blobs.open(HELLO));
        assertNotNull(blob);
        assertEquals(5, blob.bytes());
        try (var in = Channels.newInputStream(blob.channel())) {
            assertArrayEquals("hello".getBytes(StandardCharsets.UTF_8), in.readAllBytes());
        }
        assertEquals(List.of(HELLO), now(blobs.hashes("", 10)));
        assertEquals(List.of(), now(blobs.hashes(HELLO, 10)));
    }

    @Test
    void nobody_sees_a_draft() {
        var draft = now(blobs.draft());
        now(draft.write(bytes("hello")));
        assertNull(now(blobs.open(HELLO)));
        now(draft.seal());
        assertNull(now(blobs.open(HELLO)));
        draft.discard();
        assertNull(now(blobs.open(HELLO)));
    }

    @Test
    void a_draft_that_was_cut_off_is_gone_after_a_restart() throws IOException {
        var draft = now(blobs.draft());
        now(draft.write(bytes("half a file")));
        blobs.close();
        blobs = DirectoryBlobs.open(root, 0);
        try (var left = Files.list(root.resolve("drafts"))) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void a_deleted_blob_is_gone_and_can_come_again() {
        keep("hello");
        assertTrue(now(blobs.delete(HELLO)));
        assertFalse(now(blobs.delete(HELLO)));
        assertNull(now(blobs.open(HELLO)));
        keep("hello");
        assertNotNull(now(blobs.open(HELLO)));
    }

    @Test
    void a_full_disk_is_said_so() throws IOException {
        blobs.close();
        blobs = DirectoryBlobs.open(root, Long.MAX_VALUE);
        var draft = now(blobs.draft());
        var fault = assertThrows(CompletionException.class, () -> now(draft.write(bytes("hello"))));
        assertInstanceOf(NoSpaceException.class, fault.getCause());
        draft.discard();
        assertEquals(0, now(blobs.freeBytes()));
    }

    @Test
    void what_is_no_hash_finds_nothing_outside_of_the_directory() {
        assertThrows(CompletionException.class, () -> now(blobs.open("../../../etc/passwd")));
    }
}
