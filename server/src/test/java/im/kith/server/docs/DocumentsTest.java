package im.kith.server.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentsTest {

    @Test
    void the_files_in_the_repository_are_what_the_code_declares() throws IOException {
        var root = Path.of("").toAbsolutePath().getParent();
        for (var text : Documents.texts().entrySet()) {
            var file = root.resolve(text.getKey());
            assertEquals(
                    text.getValue(),
                    Files.exists(file) ? Files.readString(file) : "",
                    text.getKey() + " is stale: run ./kith docs");
        }
    }

    @Test
    void a_specification_that_two_parts_implement_is_one_line_with_both_and_their_notes() {
        var roster = Manifest.of("roster").implementing("RFC 6121", "2011-03").build();
        var core = Manifest.of("core")
                .implementing("XEP-0313", "1.1.3", "no groups")
                .implementing("RFC 6121", "2011-03", "all rows")
                .build();

        var implemented = Implemented.of(List.of(roster, core));

        assertEquals(
                List.of("RFC 6121", "XEP-0313"),
                implemented.stream().map(Implemented::name).toList());
        assertEquals("core, roster", implemented.getFirst().part());
        assertEquals("all rows", implemented.getFirst().note());
    }

    @Test
    void two_versions_of_one_specification_are_refused_with_both_parts() {
        var one = Manifest.of("one").implementing("XEP-0313", "1.1.3").build();
        var other = Manifest.of("other").implementing("XEP-0313", "1.0.0").build();

        var refusal =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> Implemented.of(List.of(one, other)))
                        .getMessage());

        assertTrue(refusal.contains("one") && refusal.contains("other"), refusal);
    }

    @Test
    void notes_are_escaped_in_the_doap_file() {
        var text = Doap.text(List.of(
                Manifest.of("one").implementing("XEP-0012", "2.0", "<a> & b").build()));

        assertTrue(text.contains("&lt;a&gt; &amp; b"), text);
    }

    @Test
    void a_specification_without_title_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> Title.of("XEP-9999"));
    }
}
