package im.kith.server.portable;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.server.auth.AccountRules;
import im.kith.server.auth.Authority.Verifier;
import im.kith.server.auth.Enrolment;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// XEP-0227: makes an account of a `<user/>` of such a document: password or SCRAM credentials, roster with its
/// subscriptions, requests, card, private storage, nodes with their items and affiliations, block list; then, in parts
/// that follow, its archive and the messages that wait. What else a document has is named and passed over.
///
/// What features keep is told to the account as a device would. Thread-safe; the work is done on a thread of its own.
public final class Importing {

    private static final String NAMESPACE = "urn:xmpp:pie:0";
    private static final String SCRAM = NAMESPACE + "#scram";
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static final String FORM = "jabber:x:data";
    private static final long PATIENCE_SECONDS = 30;

    private final String domain;
    private final Directory directory;
    private final Enrolment enrolment;

    /// What came of it: `outcome` is `created`, `existed` or `bad`; `key` is set where no password came along;
    /// `omitted` says what was left out, and how often.
    public record Outcome(
            String outcome,
            @Nullable String account,
            @Nullable String key,
            @Nullable String why,
            Map<String, Integer> omitted) {}

    public Importing(String domain, Directory directory, Enrolment enrolment) {
        this.domain = domain;
        this.directory = directory;
        this.enrolment = enrolment;
    }

    public CompletionStage<Outcome> take(Element user) {
        return CompletableFuture.supplyAsync(
                () -> taken(user),
                work -> Thread.ofVirtual().name("kith-import").start(work));
    }

    private Outcome taken(Element user) {
        var name = AccountRules.name(user.attribute("name", ""), domain);
        var account = name.account();
        if (!user.is(NAMESPACE, "user") || account == null) {
            return new Outcome("bad", null, null, account == null ? name.objection() : "that is no user", Map.of());
        }
        var omitted = new TreeMap<String, Integer>();
        var password = user.attribute("password");
        String key = null;
        boolean made;
        var verifiers = verifiers(user);
        var sha1 = verifiers.get("SCRAM-SHA-1");
        var sha256 = verifiers.get("SCRAM-SHA-256");
        if (password != null && AccountRules.objectionToPassword(password) == null) {
            made = now(enrolment.createWithPassword(account, password));
        } else if (sha1 != null && sha256 != null) {
            made = now(enrolment.createWithVerifiers(account, sha1, sha256));
        } else {
            key = enrolment.newKey();
            made = now(enrolment.createWithKey(account, key, ""));
            if (!verifiers.isEmpty()) omitted.merge("scram-credentials of one kind only", 1, Integer::sum);
        }
        if (!made) return new Outcome("existed", account, null, null, Map.of());
        for (var child : user.children()) take(child, account, user, omitted);
        return new Outcome("created", account, key, null, omitted);
    }

    private static Map<String, Verifier> verifiers(Element user) {
        var found = new HashMap<String, Verifier>();
        for (var child : user.children()) {
            if (!child.is(SCRAM, "scram-credentials")) continue;
            var mechanism = child.attribute("mechanism", "");
            if (!mechanism.equals("SCRAM-SHA-1") && !mechanism.equals("SCRAM-SHA-256")) continue;
            try {
                var verifier = new Verifier(
                        bytes(child, "salt"),
                        Integer.parseInt(String.valueOf(child.childText(SCRAM, "iter-count"))),
                        bytes(child, "stored-key"),
                        bytes(child, "server-key"));
                int bytes = mechanism.equals("SCRAM-SHA-1") ? 20 : 32;
                boolean good = verifier.iterations() > 0
                        && verifier.salt().length > 0
                        && verifier.salt().length < 256
                        && verifier.storedKey().length == bytes
                        && verifier.serverKey().length == bytes;
                if (good) found.put(mechanism, verifier);
            } catch (IllegalArgumentException e) {
                // No credentials: the account gets a key.
            }
        }
        return found;
    }

    private static byte[] bytes(Element around, String name) {
        var text = around.childText(SCRAM, name);
        if (text == null) throw new IllegalArgumentException(name);
        return Base64.getMimeDecoder().decode(text);
    }

    private void take(Element child, String account, Element user, Map<String, Integer> omitted) {
        switch (child.namespace() + " " + child.name()) {
            case SCRAM + " scram-credentials" -> {}
            case "jabber:iq:roster query" -> {
                for (var item : child.children()) {
                    if (!now(directory.ask(account, new Request.PutContact(item)))) omit("contacts", omitted);
                }
            }
            case "vcard-temp vCard", "urn:kith:privacy:0 privacy" -> set(account, child, omitted);
            case "jabber:iq:private query" -> {
                for (var element : child.children()) {
                    set(account, Element.build(child.tag()).child(element).build(), omitted);
                }
            }
            case "urn:xmpp:blocking blocklist" ->
                set(
                        account,
                        Element.build("urn:xmpp:blocking", "block")
                                .children(child.children())
                                .build(),
                        omitted);
            case Stanza.CLIENT + " presence" -> deliver(account, Stanza.Kind.PRESENCE, child, omitted);
            case NAMESPACE + " offline-messages" -> offline(account, child, omitted);
            case PUBSUB + "#owner pubsub" -> {}
            case PUBSUB + " pubsub" -> {
                for (var items : child.children()) {
                    publish(account, items, configuration(user, items), omitted);
                    var affiliations = ofOwner(user, "affiliations", items);
                    if (affiliations != null) affiliate(account, affiliations, omitted);
                }
            }
            case NAMESPACE + "#mam archive" -> {
                if (child.childCount() > 0)
                    omitted.merge(
                            "archived messages within the account",
                            child.children().size(),
                            Integer::sum);
            }
            default -> omit("{" + child.namespace() + "}" + child.name(), omitted);
        }
    }

    private void offline(String account, Element messages, Map<String, Integer> omitted) {
        for (var message : messages.children()) deliver(account, Stanza.Kind.MESSAGE, message, omitted);
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    /// Takes a part of an archive, oldest first, or messages that wait: in this order, since the log's time does not
    /// go back. `host` is what the document calls the account's host. Answers what was left out, null if there is
    /// no such account.
    public CompletionStage<@Nullable Map<String, Integer>> takeMessages(String account, String host, Element messages) {
        return CompletableFuture.supplyAsync(
                () -> {
                    var omitted = new TreeMap<String, Integer>();
                    if (messages.is(NAMESPACE, "offline-messages")) {
                        if (!now(directory.ask(account, new Request.Describe())).exists()) return null;
                        offline(account, messages, omitted);
                        return omitted;
                    }
                    var past = new Past(Jid.of(account, domain, null), host);
                    var found = new ArrayList<Request.PastMessage>();
                    for (var result : messages.children()) {
                        var message = messages.is(NAMESPACE + "#mam", "archive") ? past.message(result) : null;
                        if (message == null) omit("archived messages that are none", omitted);
                        else found.add(message);
                    }
                    return now(directory.ask(account, new Request.PutPast(found))) ? omitted : null;
                },
                work -> Thread.ofVirtual().name("kith-import").start(work));
    }

    private void set(String account, Element payload, Map<String, Integer> omitted) {
        var answer = now(directory.ask(account, new Request.Query("set", payload)));
        if (!answer.attribute("type", "").equals("result")) {
            omit("{" + payload.namespace() + "}" + payload.name(), omitted);
        }
    }

    private void deliver(String account, Stanza.Kind kind, Element stanza, Map<String, Integer> omitted) {
        var from = Jid.parse(stanza.attribute("from", ""));
        var to = Jid.of(account, domain, null);
        boolean request = kind != Stanza.Kind.PRESENCE || "subscribe".equals(stanza.attribute("type"));
        if (from == null || !request || !stanza.is(Stanza.CLIENT, kind.label())) {
            omit(stanza.name(), omitted);
            return;
        }
        now(directory.ask(account, new Request.Deliver(Stanza.of(kind, from, to, stanza))));
    }

    private static @Nullable Element configuration(Element user, Element items) {
        var configure = ofOwner(user, "configure", items);
        return configure == null ? null : configure.child(FORM, "x");
    }

    /// What the node's owner is told of it.
    private static @Nullable Element ofOwner(Element user, String what, Element items) {
        for (var child : user.children()) {
            if (!child.is(PUBSUB + "#owner", "pubsub")) continue;
            for (var one : child.children()) {
                if (one.name().equals(what) && one.attribute("node", "").equals(items.attribute("node"))) return one;
            }
        }
        return null;
    }

    /// Gives the node's affiliations to those who had them; the account owns its nodes anyway.
    private void affiliate(String account, Element affiliations, Map<String, Integer> omitted) {
        var own = String.valueOf(Jid.of(account, domain, null));
        var others = affiliations.children().stream()
                .filter(one -> !own.equals(one.attribute("jid")) && !"owner".equals(one.attribute("affiliation")))
                .toList();
        if (others.isEmpty()) return;
        set(
                account,
                Element.build(PUBSUB + "#owner", "pubsub")
                        .child(Element.build(PUBSUB + "#owner", "affiliations")
                                .attribute("node", affiliations.attribute("node"))
                                .children(others)
                                .build())
                        .build(),
                omitted);
    }

    private void publish(String account, Element items, @Nullable Element form, Map<String, Integer> omitted) {
        var node = items.attribute("node", "");
        if (form != null) {
            var create = Element.build(PUBSUB, "pubsub")
                    .child("create", create1 -> create1.attribute("node", node))
                    .child("configure", configure -> configure.child(form.with("type", "submit")));
            // There may be one already, made with a card or a bookmark.
            now(directory.ask(account, new Request.Query("set", create.build())));
        }
        List<Element> oldestFirst = new ArrayList<>(items.children());
        for (var item : oldestFirst) {
            set(
                    account,
                    Element.build(PUBSUB, "pubsub")
                            .child("publish", publish -> publish.attribute("node", node)
                                    .child(item))
                            .build(),
                    omitted);
        }
    }

    private static void omit(String what, Map<String, Integer> omitted) {
        omitted.merge(what, 1, Integer::sum);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
