package im.kith.server.feature.commands;

import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Manifest.Scope.SERVER;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FEATURE_NOT_IMPLEMENTED;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;

import im.kith.server.feature.Command;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// XEP-0050: Ad-Hoc Commands, of the server: at its domain, and at the bare JID of whoever may run them. The commands
/// are what the other features' manifests declare; [im.kith.server.feature.Manifest] lists them in disco.
///
/// Errors (§4.4): `malformed-action`, `bad-action`, `bad-sessionid`, `session-expired`, `bad-payload`, `forbidden`,
/// `item-not-found`. A command that runs and fails is completed with a note of the type `error` (§3.6), except for what
/// XEP-0133 §5 answers with a stanza error: `conflict`, `forbidden`, `not-allowed`, and what is no fault of the form.
public final class Commands implements Feature {

    private static final String NAMESPACE = Command.NAMESPACE;
    private static final Tag COMMAND = new Tag(NAMESPACE, "command");
    private static final Set<String> ACTIONS = Set.of("execute", "cancel", "prev", "next", "complete");
    private static final String ADMIN = "http://jabber.org/protocol/admin#";

    private static final StanzaError NO_NODE = StanzaError.of(BAD_REQUEST, "Say which command: node='…'.");
    private static final StanzaError NO_SUCH_COMMAND = StanzaError.of(ITEM_NOT_FOUND, "There is no such command here.");
    private static final StanzaError NOT_DONE_HERE =
            StanzaError.of(FEATURE_NOT_IMPLEMENTED, "This server does not have this command.");
    private static final StanzaError NOT_YOU =
            StanzaError.of(FORBIDDEN, "This command is for administrators.").as(StanzaError.Type.CANCEL);
    private static final StanzaError MALFORMED_ACTION =
            bad("malformed-action", "There is no such action; there are execute, cancel, prev, next and complete.");
    private static final StanzaError BAD_ACTION = bad("bad-action", "This stage can be completed or canceled.");
    private static final StanzaError BAD_SESSION = bad("bad-sessionid", "You have no such session of this command.");
    private static final StanzaError NO_FORM = bad("bad-payload", "Send the form, filled in, with type='submit'.");
    private static final StanzaError OVER = StanzaError.of(NOT_ALLOWED, "This session is over; begin anew.")
            .with(Element.empty(NAMESPACE, "session-expired"));

    private static final Set<Condition> REFUSALS = Set.of(
            Condition.CONFLICT,
            Condition.FEATURE_NOT_IMPLEMENTED,
            FORBIDDEN,
            Condition.INTERNAL_SERVER_ERROR,
            NOT_ALLOWED,
            Condition.RESOURCE_CONSTRAINT,
            Condition.SERVICE_UNAVAILABLE);

    private final Map<String, Command> commands = new HashMap<>();
    private final Sessions sessions = new Sessions();

    /// `others` are the manifests of all other features.
    public Commands(List<Manifest> others) {
        for (var manifest : others) {
            for (var command : manifest.commands()) commands.put(command.node(), command);
        }
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("commands")
                .implementing("XEP-0050", "1.3.0")
                .advertising(NAMESPACE)
                .answering(SERVER, SET, COMMAND, this::answer)
                .answering(OWN, SET, COMMAND, this::answer)
                .build();
    }

    private static StanzaError bad(String condition, String text) {
        return StanzaError.of(BAD_REQUEST, text).with(Element.empty(NAMESPACE, condition));
    }

    private Reply answer(Stanza iq, Owner owner) {
        var request = Objects.requireNonNull(iq.payload());
        var node = request.attribute("node", "");
        if (node.isEmpty()) return Reply.error(NO_NODE);
        var command = commands.get(node);
        if (command == null) return Reply.error(node.startsWith(ADMIN) ? NOT_DONE_HERE : NO_SUCH_COMMAND);
        if (!command.allowed().test(owner.jid())) return Reply.error(NOT_YOU);
        var action = request.attribute("action", "execute");
        if (!ACTIONS.contains(action)) return Reply.error(MALFORMED_ACTION);
        var from = Objects.requireNonNull(iq.from()).toString();
        var id = request.attribute("sessionid");
        if (id == null) {
            return action.equals("execute") ? begin(command, from, owner) : Reply.error(BAD_SESSION);
        }
        return switch (sessions.state(id, from, node, owner.nowMillis())) {
            case UNKNOWN -> Reply.error(BAD_SESSION);
            case OVER -> Reply.error(OVER);
            case OPEN -> proceed(command, action, request, id, owner);
        };
    }

    private Reply begin(Command command, String from, Owner owner) {
        var form = command.form();
        if (form == null) {
            var nothing = DataForm.build(DataForm.Type.SUBMIT, null).build();
            var id = sessions.begin(from, command.node(), owner.nowMillis());
            sessions.end(id);
            return Reply.later(run(command, id, nothing, owner.jid()));
        }
        var id = sessions.begin(from, command.node(), owner.nowMillis());
        return Reply.later(form.get()
                .thenApply(asked -> Reply.result(response(command, id, "executing")
                        .child("actions", actions -> actions.attribute("execute", "complete")
                                .child(Element.empty(NAMESPACE, "complete")))
                        .child(asked.toElement())
                        .build())));
    }

    private Reply proceed(Command command, String action, Element request, String id, Owner owner) {
        switch (action) {
            case "cancel" -> {
                sessions.end(id);
                return Reply.result(response(command, id, "canceled").build());
            }
            case "execute", "complete" -> {
                var payload = request.child(DataForm.NAMESPACE, "x");
                var filled = payload == null ? null : DataForm.parse(payload);
                if (filled == null || filled.type() == DataForm.Type.FORM || filled.type() == DataForm.Type.RESULT) {
                    return Reply.error(NO_FORM);
                }
                var form = Objects.requireNonNull(command.form());
                var jid = owner.jid();
                return Reply.later(form.get().thenCompose(asked -> {
                    var fault = faultOf(filled, asked);
                    return fault == null
                            ? run(command, id, filled, jid)
                            : CompletableFuture.completedStage(Reply.error(fault));
                }));
            }
            default -> {
                return Reply.error(BAD_ACTION);
            }
        }
    }

    /// What is wrong with what was filled in, or null.
    private static @Nullable StanzaError faultOf(DataForm filled, DataForm asked) {
        var type = filled.formType();
        if (type != null && !type.equals(asked.formType())) {
            return bad("bad-payload", "The form is of another type: FORM_TYPE is " + asked.formType() + ".");
        }
        for (var field : asked.fields()) {
            var name = field.name();
            if (!field.isRequired() || name == null) continue;
            var given = filled.field(name);
            if (given == null || given.values().stream().allMatch(String::isBlank)) {
                return bad("bad-payload", "The field " + name + " is required.");
            }
        }
        return null;
    }

    private CompletionStage<Reply> run(Command command, String id, DataForm filled, Jid by) {
        return command.work().run(filled, by).thenApply(outcome -> switch (outcome) {
            case Command.Outcome.Failed(var error) -> {
                if (REFUSALS.contains(error.condition())) yield Reply.error(error);
                sessions.end(id);
                yield Reply.result(response(command, id, "completed")
                        .child(note(
                                "error",
                                Objects.requireNonNullElse(
                                        error.text(), error.condition().label())))
                        .build());
            }
            case Command.Outcome.Done done -> {
                sessions.end(id);
                var answer = response(command, id, "completed");
                var note = done.note();
                if (note != null) answer.child(note("info", note));
                yield Reply.result(answer.child(done.payload()).build());
            }
        });
    }

    private static Element note(String type, String text) {
        return Element.build(NAMESPACE, "note")
                .attribute("type", type)
                .text(text)
                .build();
    }

    private static Element.Builder response(Command command, String id, String status) {
        return Element.build(COMMAND)
                .attribute("node", command.node())
                .attribute("sessionid", id)
                .attribute("status", status)
                .attribute("xml:lang", "en");
    }
}
