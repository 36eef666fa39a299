package im.kith.server.reports;

import static im.kith.server.auth.AuthorityWorld.get;
import static im.kith.server.feature.FakeOwner.jid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.auth.AuthorityWorld;
import im.kith.server.feature.Command;
import im.kith.server.feature.blocking.Reports.Report;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Stanza;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ReportBookTest {

    private final AuthorityWorld world = new AuthorityWorld();
    private final ReportBook book =
            new ReportBook("kith.test", () -> world.nowMillis, () -> List.of(jid("bard@kith.test")));

    @BeforeEach
    void start() {
        book.use(world.shelf, world.directory);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private static Report report(String by, String text) {
        return new Report(jid(by), jid("tybalt@kith.test"), "urn:xmpp:reporting:abuse", text, List.of("1", "2"));
    }

    @Test
    void a_report_waits_for_the_operator_until_it_is_done() {
        book.file(report("juliet@kith.test", "Villain"));
        world.nowMillis += 1000;
        book.file(report("romeo@kith.test", ""));
        var list = get(book.list());
        assertEquals(
                List.of("juliet@kith.test", "romeo@kith.test"),
                list.stream().map(one -> one.get("by")).toList());
        var first = list.getFirst();
        assertEquals("tybalt@kith.test", first.get("about"));
        assertEquals("urn:xmpp:reporting:abuse", first.get("reason"));
        assertEquals("Villain", first.get("text"));
        assertEquals(List.of("1", "2"), first.get("stanzas"));

        var id = String.valueOf(first.get("id"));
        assertTrue(get(book.done(id)));
        assertEquals(1, get(book.list()).size());
        assertEquals(false, get(book.done(id)));
    }

    @Test
    void administrators_are_told() {
        book.file(report("juliet@kith.test", "Villain"));
        var told = world.directory.delivered.getFirst();
        assertEquals("bard@kith.test", String.valueOf(told.to()));
        assertEquals(
                "juliet@kith.test reports tybalt@kith.test: abuse\nVillain\n(2 messages)",
                told.element().childText(Stanza.CLIENT, "body"));
    }

    @Test
    void administrators_read_them_in_any_client_and_take_them_off_the_list() {
        book.file(report("juliet@kith.test", "A\nvillain"));
        var command = book.commands().getFirst();
        assertTrue(command.allowed().test(jid("bard@kith.test/desk")));
        assertFalse(command.allowed().test(jid("juliet@kith.test")));

        var option = get(command.form().get()).field("done").options().getFirst();
        assertTrue(
                option.label().endsWith(" tybalt@kith.test by juliet@kith.test: abuse (2 messages): A villain"),
                option.label());
        var chosen = DataForm.build(DataForm.Type.SUBMIT, null)
                .field("done", option.value(), "another")
                .build();
        assertEquals(
                new Command.Outcome.Done(null, "1 done"), get(command.work().run(chosen, jid("bard@kith.test"))));

        assertEquals(List.of(), get(book.list()));
        assertEquals(null, get(command.form().get()).field("done"));
    }

    @Test
    void an_account_files_so_many_a_day() {
        for (int i = 0; i < ReportBook.MOST_A_DAY + 5; i++) book.file(report("juliet@kith.test", ""));
        assertEquals(ReportBook.MOST_A_DAY, get(book.list()).size());
        book.file(report("romeo@kith.test", ""));
        world.nowMillis += 86_400_000;
        book.file(report("juliet@kith.test", ""));
        assertEquals(ReportBook.MOST_A_DAY + 2, get(book.list()).size());
    }
}
