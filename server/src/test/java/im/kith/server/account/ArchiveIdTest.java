package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveIdTest {

    @Property
    void an_id_names_the_number_it_was_made_of(@ForAll @LongRange(min = 1) long seq) {
        assertEquals(seq, ArchiveId.parse(ArchiveId.of(seq)));
    }

    @Property
    void ids_sort_as_the_messages_do(@ForAll @LongRange(min = 1) long one, @ForAll @LongRange(min = 1) long other) {
        assertEquals(
                Long.signum(Long.compare(one, other)),
                Integer.signum(ArchiveId.of(one).compareTo(ArchiveId.of(other))));
    }

    @Test
    void an_id_has_sixteen_digits() {
        assertEquals("00000000000000ff", ArchiveId.of(255));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "0000000000000000",
                "00000000000000FF",
                "8000000000000000",
                "00000000000000fg",
                "00000000000000ff0",
                "28482-98726-73623"
            })
    void what_this_server_never_gives_is_no_id(String text) {
        assertEquals(-1, ArchiveId.parse(text));
    }
}
