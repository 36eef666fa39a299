package im.kith.server.account;

import im.kith.server.feature.Manifest.Ask;
import im.kith.server.feature.Manifest.Host;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Requests and their answers (RFC 6120 §8.2.3): to the account itself, to the server, to others and from others.
final class Iqs {

    private static final int ARCHIVE_QUERIES = 8;
    private static final StanzaError UNREADABLE =
            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "The store does not answer; try again in a while.");

    private static final int QUESTIONS = 64;

    private final Account account;
    /// By the request's id: what devices were asked and have not answered.
    private @Nullable Map<String, Question> asked;
    private final Site site;

    Iqs(Account account) {
        this.account = account;
        this.site = account.site;
    }

    void fromDevice(Device device, Stanza iq) {
        var fault = fault(iq);
        if (fault != null) {
            if (!iq.isError()) device.send(iq.error(fault));
            return;
        }
        var to = iq.to();
        boolean own = to == null || (to.isBare() && account.owns(to));
        boolean server = to != null && to.isBare() && to.equals(site.server);
        var host = to == null || to.local() != null || server ? null : host(to);
        if (host != null) {
            if (iq.isRequest()) askHost(iq, host, device);
        } else if (!own && !server) {
            account.outgoing.route(iq, device);
        } else if (iq.isRequest()) {
            answer(iq, own ? Scope.OWN : Scope.SERVER, device);
        } else {
            if (!answered(iq)) device.answers(iq.id());
        }
    }

    /// The host of a feature that is addressed, or null.
    private @Nullable Host host(Jid to) {
        var domain = to.domain();
        int dot = domain.indexOf('.');
        if (dot < 0 || !domain.substring(dot + 1).equals(site.server.domain())) return null;
        return site.features.host(domain.substring(0, dot));
    }

    private void askHost(Stanza iq, Host host, Device device) {
        var payload = Objects.requireNonNull(iq.payload());
        var answer = host.answer(iq.type().equals("get") ? Ask.GET : Ask.SET, payload.tag());
        if (answer == null || Objects.requireNonNull(iq.to()).isFull()) {
            reply(iq, Reply.error(Condition.SERVICE_UNAVAILABLE), device);
        } else {
            reply(iq, answer.handler().answer(iq, account), device);
        }
    }

    /// Asks a device; what it answers is passed on once. A device that is asked too much is not asked.
    void ask(Device device, Element payload, Consumer<Stanza> answer) {
        if (asked == null) asked = new HashMap<>(4);
        asked.values().removeIf(question -> !account.devices.all().contains(question.device()));
        if (asked.size() >= QUESTIONS) return;
        var id = "ask-" + site.secrets.get();
        asked.put(id, new Question(device, answer));
        var iq = Element.build(Stanza.CLIENT, "iq")
                .attribute("type", "get")
                .attribute("id", id)
                .child(payload)
                .build();
        device.send(Stanza.of(Stanza.Kind.IQ, account.jid, device.jid, iq));
    }

    private boolean answered(Stanza iq) {
        var id = iq.id();
        var question = asked == null || id == null ? null : asked.get(id);
        if (question == null || !question.device().jid.equals(iq.from())) return false;
        Objects.requireNonNull(asked).remove(id);
        question.answer().accept(iq);
        return true;
    }

    private record Question(Device device, Consumer<Stanza> answer) {}

    void fromOthers(Stanza iq) {
        var to = Objects.requireNonNull(iq.to());
        if (to.isFull()) {
            var device = account.devices.at(to);
            if (device != null) device.send(iq);
            else account.incoming.bounce(iq, StanzaError.of(Condition.SERVICE_UNAVAILABLE));
        } else if (iq.isRequest()) {
            answer(iq, Scope.OTHERS, null);
        }
    }

    /// RFC 6120 §8.2.3: what every iq must be.
    private static @Nullable StanzaError fault(Stanza iq) {
        if (iq.id() == null) return StanzaError.of(Condition.BAD_REQUEST, "An iq needs an id.");
        return switch (iq.type()) {
            case "get", "set" ->
                iq.element().children().size() == 1
                        ? null
                        : StanzaError.of(Condition.BAD_REQUEST, "A request has exactly one child element.");
            case "result", "error" -> null;
            default -> StanzaError.of(Condition.BAD_REQUEST, "An iq is of type get, set, result or error.");
        };
    }

    private void answer(Stanza iq, Scope scope, @Nullable Device device) {
        var payload = Objects.requireNonNull(iq.payload());
        if (scope == Scope.OWN && device != null && ofDevice(iq, payload, device)) return;
        var ask = iq.type().equals("get") ? Ask.GET : Ask.SET;
        var answer = site.features.answer(scope, ask, payload.namespace(), payload.name());
        if (answer == null) {
            reply(iq, Reply.error(Condition.SERVICE_UNAVAILABLE), device);
        } else {
            reply(iq, answer.handler().answer(iq, account), device);
        }
    }

    /// Requests that concern the asking device itself; true if it was one.
    private boolean ofDevice(Stanza iq, Element payload, Device device) {
        switch (payload.namespace()) {
            case Carbons.NAMESPACE -> {
                if (!iq.type().equals("set")) return false;
                if (payload.name().equals("enable")) Carbons.enable(device);
                else if (payload.name().equals("disable")) Carbons.disable(device);
                else return false;
                device.send(iq.result(null));
                return true;
            }
            case Groups.NAMESPACE -> {
                return account.groups.answer(iq, payload, device);
            }
            case ArchiveQuery.NAMESPACE -> {
                if (payload.name().equals("prefs")) return false;
                readArchive(iq, payload, device);
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /// One at a time per device, and few that wait: an answer holds a page of messages.
    private void readArchive(Stanza iq, Element payload, Device device) {
        if (device.archiveQueries >= ARCHIVE_QUERIES) {
            device.send(iq.error(
                    StanzaError.of(Condition.RESOURCE_CONSTRAINT, "Wait for the answers to earlier queries.")));
            return;
        }
        device.archiveQueries++;
        var answer = device.archiveTail.thenCompose(done -> site.archive.answer(
                account.name, account.jid, payload, iq.type().equals("set"), device.jid, 0, Map.of()));
        device.archiveTail = answer.handle((page, fault) -> true);
        account.partition.later(account, answer, (page, fault) -> {
            device.archiveQueries--;
            if (page == null) {
                reply(iq, Reply.error(UNREADABLE), device);
                return;
            }
            for (var message : page.messages()) device.sendVolatile(message);
            reply(iq, page.reply(), device);
        });
    }

    private void reply(Stanza iq, Reply reply, @Nullable Device device) {
        reply(iq, reply, answer -> respond(answer, device));
    }

    private void reply(Stanza iq, Reply reply, Consumer<Stanza> to) {
        switch (reply) {
            case Reply.Result result -> to.accept(iq.result(result.payload()));
            case Reply.Followed followed -> {
                to.accept(iq.result(followed.payload()));
                followed.then().run();
            }
            case Reply.Failure failure -> to.accept(iq.error(failure.error()));
            case Reply.Later later ->
                account.partition.later(account, later.reply(), (answer, fault) -> {
                    if (answer == null || answer instanceof Reply.Later) to.accept(iq.error(UNREADABLE));
                    else reply(iq, answer, to);
                });
        }
    }

    /// What one of the account's own devices would be answered, for who asks from outside of any session.
    void ask(String type, Element payload, Consumer<Element> answer) {
        var iq = Stanza.of(
                Stanza.Kind.IQ,
                account.jid.withResource("server"),
                account.jid,
                Element.build(Stanza.CLIENT, "iq")
                        .attribute("type", type)
                        .attribute("id", "ask")
                        .child(payload)
                        .build());
        var found = account.exists()
                ? site.features.answer(
                        Scope.OWN, type.equals("get") ? Ask.GET : Ask.SET, payload.namespace(), payload.name())
                : null;
        var reply = found == null
                ? Reply.error(Condition.SERVICE_UNAVAILABLE)
                : found.handler().answer(iq, account);
        reply(iq, reply, stanza -> answer.accept(stanza.element()));
    }

    private void respond(Stanza answer, @Nullable Device device) {
        if (device != null) {
            device.send(answer);
            return;
        }
        var to = answer.to();
        var owner = to == null ? null : site.ownerOf(to);
        if (owner != null) account.partition.depart(new Handover(owner, answer, null, null));
    }
}
