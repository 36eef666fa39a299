package im.kith.server.admin;

import static im.kith.server.auth.AuthorityWorld.get;
import static im.kith.server.feature.FakeOwner.jid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.auth.AuthorityWorld;
import im.kith.server.feature.Command;
import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Features;
import im.kith.server.feature.Manifest.Ask;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.server.feature.admin.Admin;
import im.kith.server.feature.commands.Commands;
import im.kith.server.feature.disco.Contacts;
import im.kith.server.feature.disco.Disco;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The stage for XEP-0050 and XEP-0133: the bard administers, Iago does not, and Juliet has an account.
@NullUnmarked
abstract class Globe {

    static final String ADMIN = "http://jabber.org/protocol/admin#";

    final AuthorityWorld world = new AuthorityWorld();
    final ServerAdministration administration =
            new ServerAdministration("shakespeare.lit", List.of(jid("bard@shakespeare.lit")));
    final LinkedBlockingQueue<Integer> shutDowns = new LinkedBlockingQueue<>();
    final FakeOwner bard = new FakeOwner("bard@shakespeare.lit");
    final FakeOwner iago = new FakeOwner("iago@shakespeare.lit");
    Features features;

    @BeforeEach
    void start() {
        get(administration.use(new ServerAdministration.Parts(
                world.store, world.directory, world.enrolment(), world.shelf, shutDowns::add)));
        var admin = new Admin(administration);
        var commands = new Commands(List.of(admin.manifest()));
        var disco = new Disco("Kith", List.of(admin.manifest(), commands.manifest()), Contacts.NONE);
        features = Features.of(List.<Feature>of(admin, commands, disco));
        for (var name : List.of("bard", "iago", "juliet")) get(world.enrolment().createWithPassword(name, "R0m30"));
    }

    @AfterEach
    void end() {
        world.close();
    }

    Reply ask(FakeOwner by, String type, Element payload) {
        var scope = Scope.SERVER;
        var ask = type.equals("set") ? Ask.SET : Ask.GET;
        var answer = Objects.requireNonNull(features.answer(scope, ask, payload.tag()));
        return answer.handler().answer(FakeOwner.iq(type, by.jid + "/globe", "shakespeare.lit", payload), by);
    }

    static Element command(String node, @Nullable String session, @Nullable String action, Element payload) {
        return Element.build(Command.NAMESPACE, "command")
                .attribute("node", node)
                .attribute("sessionid", session)
                .attribute("action", action)
                .child(payload)
                .build();
    }

    Element begin(String node) {
        return Replies.payload(ask(bard, "set", command(ADMIN + node, null, null, null)));
    }

    Reply submit(String node, DataForm.Builder form) {
        var session = begin(node).attribute("sessionid");
        return ask(
                bard,
                "set",
                command(ADMIN + node, session, "complete", form.build().toElement()));
    }

    /// What the note of a command says that ran and failed.
    static String failure(Reply reply) {
        var answer = Replies.payload(reply);
        assertEquals("completed", answer.attribute("status"));
        var note = answer.child(Command.NAMESPACE, "note");
        assertEquals("error", note.attribute("type"));
        return note.text();
    }

    static DataForm.Builder form() {
        return DataForm.build(DataForm.Type.SUBMIT, "http://jabber.org/protocol/admin");
    }

    DataForm shown(Element command) {
        assertEquals("completed", command.attribute("status"));
        return DataForm.parse(command.child(DataForm.NAMESPACE, "x"));
    }
}
