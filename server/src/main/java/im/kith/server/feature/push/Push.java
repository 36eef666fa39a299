package im.kith.server.feature.push;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Publications;
import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// XEP-0357: Push Notifications, to the services of existing apps; Web Push, and the services of the phones' makers
/// (docs/protocol/push.md).
///
/// A device that enables push is woken when a message with something to read, or a call, was kept for the account and
/// that device is not connected, or has said that nobody looks at it (XEP-0352). What is sent says that there is
/// something, never what or from whom. Chats that the account has muted ([Quiet]) wake nobody, but for calls.
///
/// ```
/// hot shelf "push": "x " + service + " " + node  → resource, newline, the publish options as XML or nothing
///                   "w " + endpoint              → resource, newline, key, space, secret in base64url
///                   "a " or "f " + token         → resource, newline
/// ```
public final class Push implements Feature {

    private static final String NAMESPACE = "urn:xmpp:push:0";
    private static final String OWN = "urn:kith:push:0";
    private static final String SHELF = "push";
    private static final int MAX_ROWS = 32;
    private static final int MAX_ENDPOINT_CHARS = 1024;
    private static final int MAX_OPTIONS_CHARS = 4096;
    private static final Tag ENABLE = new Tag(NAMESPACE, "enable");
    private static final Tag DISABLE = new Tag(NAMESPACE, "disable");
    private static final Tag KEY = new Tag(OWN, "key");
    private static final Tag SUBSCRIBE = new Tag(OWN, "subscribe");
    private static final Tag UNSUBSCRIBE = new Tag(OWN, "unsubscribe");
    private static final Tag REGISTER = new Tag(OWN, "register");
    private static final Tag UNREGISTER = new Tag(OWN, "unregister");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9:_.=-]{8,1000}");
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";

    private static final StanzaError NO_SERVICE = StanzaError.of(BAD_REQUEST, "Say which push service: jid='…'.");
    private static final StanzaError BAD_SERVICE = StanzaError.of(JID_MALFORMED, "The jid is no address.");
    private static final StanzaError BAD_OPTIONS =
            StanzaError.of(BAD_REQUEST, "The publish options are a data form of type submit.");
    private static final StanzaError TOO_MANY =
            StanzaError.of(POLICY_VIOLATION, "At most " + MAX_ROWS + " devices can be woken. Disable some.");
    private static final StanzaError NOT_ENABLED =
            StanzaError.of(ITEM_NOT_FOUND, "Push is not enabled for this service.");
    private static final StanzaError BAD_SUBSCRIPTION = StanzaError.of(
            BAD_REQUEST, "Send endpoint, p256dh and auth as the browser's subscription has them (base64url).");

    private static final StanzaError BAD_APP =
            StanzaError.of(BAD_REQUEST, "Send service='apns' or service='fcm', and the token that it gave the app.");

    private final Pusher pusher;
    private final Publications publications;
    private final Quiet quiet;

    public Push(Pusher pusher, Publications publications) {
        this.pusher = pusher;
        this.publications = publications;
        this.quiet = new Quiet(publications);
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("push")
                .implementing("XEP-0357", "0.4.1", "without a summary: nothing readable is sent")
                .advertisingAtAccount(NAMESPACE)
                .advertisingAtAccount(OWN)
                .advertisingAtServer(NAMESPACE)
                .keepingHot(SHELF)
                .keepingHot(Quiet.SHELF)
                .answering(SET, ENABLE, this::enable)
                .answering(SET, DISABLE, Push::disable)
                .answering(GET, KEY, (iq, owner) -> Reply.result(Element.text(OWN, "key", pusher.publicKey())))
                .answering(SET, SUBSCRIBE, this::subscribe)
                .answering(SET, UNSUBSCRIBE, Push::unsubscribe)
                .answering(SET, REGISTER, this::register)
                .answering(SET, UNREGISTER, Push::unregister)
                .noticing(this::kept)
                .build();
    }

    private static Element payload(Stanza iq) {
        return Objects.requireNonNull(iq.payload());
    }

    private static String resource(Stanza iq) {
        var from = iq.from();
        return from == null || from.resource() == null ? "" : from.resource();
    }

    // ---- XEP-0357 --------------------------------------------------------------------------------------------------

    private Reply enable(Stanza iq, Owner owner) {
        var enable = payload(iq);
        var address = enable.attribute("jid");
        if (address == null) return Reply.error(NO_SERVICE);
        var jid = Jid.parse(address);
        if (jid == null) return Reply.error(BAD_SERVICE);
        var x = enable.child(DataForm.NAMESPACE, "x");
        var form = x == null ? null : DataForm.parse(x);
        var options = x == null ? "" : x.toString();
        if (x != null
                && (form == null || form.type() != DataForm.Type.SUBMIT || options.length() > MAX_OPTIONS_CHARS)) {
            return Reply.error(BAD_OPTIONS);
        }
        var row = "x " + jid + " " + enable.attribute("node", "");
        return put(owner, row, resource(iq) + "\n" + options);
    }

    /// From now on what the account has muted counts, also what it had muted before.
    private Reply put(Owner owner, String row, String value) {
        return publications.open(owner, () -> {
            quiet.read(owner);
            return keep(owner, row, value);
        });
    }

    private static Reply keep(Owner owner, String row, String value) {
        var shelf = owner.shelf(SHELF);
        if (row.length() > MAX_ENDPOINT_CHARS) return Reply.error(NOT_ACCEPTABLE, "That address is too long.");
        if (shelf.get(row) == null && shelf.all().size() >= MAX_ROWS) return Reply.error(TOO_MANY);
        shelf.put(row, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return Reply.empty();
    }

    /// Without a node: all nodes of that service (§6).
    private static Reply disable(Stanza iq, Owner owner) {
        var disable = payload(iq);
        var address = disable.attribute("jid");
        if (address == null) return Reply.error(NO_SERVICE);
        var jid = Jid.parse(address);
        if (jid == null) return Reply.error(BAD_SERVICE);
        var node = disable.attribute("node");
        var shelf = owner.shelf(SHELF);
        var gone = new ArrayList<String>();
        for (var row : shelf.all().keySet()) {
            if (node == null ? row.startsWith("x " + jid + " ") : row.equals("x " + jid + " " + node)) gone.add(row);
        }
        if (gone.isEmpty()) return Reply.error(NOT_ENABLED);
        for (var row : gone) shelf.remove(row);
        return Reply.empty();
    }

    // ---- Web Push --------------------------------------------------------------------------------------------------

    private Reply subscribe(Stanza iq, Owner owner) {
        var asked = payload(iq);
        var endpoint = asked.attribute("endpoint", "");
        var key = asked.attribute("p256dh", "");
        var auth = asked.attribute("auth", "");
        var subscription = subscription(endpoint, key + " " + auth);
        if (endpoint.isEmpty() || endpoint.contains(" ") || subscription == null) return Reply.error(BAD_SUBSCRIPTION);
        var objection = pusher.objection(subscription);
        if (objection != null) return Reply.error(NOT_ACCEPTABLE, objection);
        return put(owner, "w " + endpoint, resource(iq) + "\n" + key + " " + auth);
    }

    private static Pusher.@Nullable Subscription subscription(String endpoint, String secrets) {
        var parts = secrets.split(" ", 2);
        try {
            var decoder = Base64.getUrlDecoder();
            return parts.length == 2
                    ? new Pusher.Subscription(endpoint, decoder.decode(parts[0]), decoder.decode(parts[1]))
                    : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Reply unsubscribe(Stanza iq, Owner owner) {
        return remove(owner, "w " + payload(iq).attribute("endpoint", ""));
    }

    private static Reply remove(Owner owner, String row) {
        var shelf = owner.shelf(SHELF);
        if (shelf.get(row) == null) return Reply.error(NOT_ENABLED);
        shelf.remove(row);
        return Reply.empty();
    }

    // ---- the services of phones' makers ----------------------------------------------------------------------------

    private Reply register(Stanza iq, Owner owner) {
        var app = app(payload(iq));
        if (app == null) return Reply.error(BAD_APP);
        var objection = pusher.objection(app);
        if (objection != null) return Reply.error(NOT_ACCEPTABLE, objection);
        return put(owner, row(app), resource(iq) + "\n");
    }

    private static Reply unregister(Stanza iq, Owner owner) {
        var app = app(payload(iq));
        return app == null ? Reply.error(BAD_APP) : remove(owner, row(app));
    }

    private static Pusher.@Nullable App app(Element asked) {
        var token = asked.attribute("token", "");
        var maker =
                switch (asked.attribute("service", "")) {
                    case "apns" -> Pusher.Maker.APNS;
                    case "fcm" -> Pusher.Maker.FCM;
                    default -> null;
                };
        return maker != null && TOKEN.matcher(token).matches() ? new Pusher.App(maker, token) : null;
    }

    private static String row(Pusher.App app) {
        return switch (app.maker()) {
            case APNS -> "a " + app.token();
            case FCM -> "f " + app.token();
        };
    }

    // ---- what wakes ------------------------------------------------------------------------------------------------

    private void kept(Stanza message, Owner owner) {
        var rows = owner.shelf(SHELF).all();
        if (rows.isEmpty()) return;
        var kind = Urgency.of(message);
        if (kind == null || (kind == Pusher.Kind.MESSAGE && Quiet.covers(message, owner))) return;
        for (var row : rows.entrySet()) {
            var value = new String(row.getValue(), java.nio.charset.StandardCharsets.UTF_8);
            int line = value.indexOf('\n');
            if (line < 0 || isAwake(value.substring(0, line), owner)) continue;
            var rest = value.substring(line + 1);
            if (row.getKey().startsWith("x ")) {
                publish(row.getKey().split(" ", 3), rest, owner);
            } else {
                var target = target(row.getKey(), rest);
                var account = owner.jid().local();
                if (target != null && account != null) pusher.push(account, row.getKey(), target, kind);
            }
        }
    }

    private static Pusher.@Nullable Target target(String row, String rest) {
        var address = row.substring(2);
        return switch (row.charAt(0)) {
            case 'a' -> new Pusher.App(Pusher.Maker.APNS, address);
            case 'f' -> new Pusher.App(Pusher.Maker.FCM, address);
            default -> subscription(address, rest);
        };
    }

    /// Whether that device is connected and somebody looks at it.
    private static boolean isAwake(String resource, Owner owner) {
        for (var device : owner.devices()) {
            if (resource.equals(device.jid().resource())) return device.active();
        }
        return false;
    }

    /// XEP-0357 §7, without what there is to read.
    private static void publish(String[] service, String options, Owner owner) {
        var to = Jid.parse(service[1]);
        if (to == null) return;
        var pubsub = Element.build(PUBSUB, "pubsub").child("publish", publish -> publish.attribute(
                        "node", service.length > 2 && !service[2].isEmpty() ? service[2] : null)
                .child(
                        "item",
                        item -> item.child(Element.build(NAMESPACE, "notification")
                                .child(DataForm.build(DataForm.Type.FORM, "urn:xmpp:push:summary")
                                        .build()
                                        .toElement())
                                .build())));
        var form = Options.read(options);
        if (form != null) pubsub.child("publish-options", element -> element.child(form));
        var iq = Element.build(Stanza.CLIENT, "iq")
                .attribute("type", "set")
                .attribute("id", "push-" + UUID.randomUUID())
                .child(pubsub.build())
                .build();
        owner.send(Stanza.of(Stanza.Kind.IQ, owner.jid(), to, iq));
    }
}
