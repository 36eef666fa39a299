package im.kith.server.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an export leaves behind when the process dies while it writes.
class ExportingTest {

    @TempDir
    Path data;

    @Test
    void what_a_crash_left_of_an_export_goes_and_nothing_else() throws IOException {
        var directory = Files.createDirectories(data.resolve("exports"));
        Files.writeString(directory.resolve("export-1234.xml"), "<server-data>half of");
        Files.writeString(directory.resolve("notes.txt"), "the operator's own");
        Exporting.sweep(directory);
        try (var left = Files.list(directory)) {
            assertEquals(
                    "notes.txt", left.map(file -> file.getFileName().toString()).reduce("", String::concat));
        }
    }

    @Test
    void before_the_first_export_there_is_nothing_to_sweep() throws IOException {
        Exporting.sweep(data.resolve("exports"));
        assertEquals(false, Files.exists(data.resolve("exports")));
    }
}
