package im.kith.server.feature.links;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Linked devices (docs/protocol/linking.md): a signed-in device looks who shows a code, approves, lists, revokes.
///
/// ```
/// hot shelf "links": the device's id → when it was linked; from which address, a space, its name
/// ```
public final class Linking implements Feature {

    /// As many as WhatsApp's, and some for tablets.
    static final int MOST = 8;

    private static final String NAMESPACE = "urn:kith:links:0";
    private static final String SHELF = "links";
    private static final Tag LOOK = new Tag(NAMESPACE, "look");
    private static final Tag APPROVE = new Tag(NAMESPACE, "approve");
    private static final Tag LIST = new Tag(NAMESPACE, "list");
    private static final Tag REVOKE = new Tag(NAMESPACE, "revoke");

    private static final StanzaError NO_CODE = StanzaError.of(BAD_REQUEST, "Say which: code='…'.");
    private static final StanzaError NOBODY =
            StanzaError.of(ITEM_NOT_FOUND, "Nobody shows this code, or not any more. Have the device show a new one.");
    private static final StanzaError TOO_MANY =
            StanzaError.of(POLICY_VIOLATION, MOST + " devices are linked. Revoke one first.");
    private static final StanzaError UNKNOWN = StanzaError.of(ITEM_NOT_FOUND, "No such device is linked.");

    private final Links links;

    public Linking(Links links) {
        this.links = links;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("links")
                .advertisingAtAccount(NAMESPACE)
                .keepingHot(SHELF)
                .answering(GET, LOOK, this::look)
                .answering(SET, APPROVE, this::approve)
                .answering(GET, LIST, Linking::list)
                .answering(SET, REVOKE, this::revoke)
                .build();
    }

    private static Element payload(Stanza iq) {
        return Objects.requireNonNull(iq.payload());
    }

    private Reply look(Stanza iq, Owner owner) {
        var code = payload(iq).attribute("code");
        if (code == null) return Reply.error(NO_CODE);
        var asking = links.asking(code);
        if (asking == null) return Reply.error(NOBODY);
        return Reply.result(Element.build(LOOK)
                .attribute("code", code)
                .attribute("device", asking.device())
                .attribute("name", asking.name())
                .attribute("from", asking.from())
                .build());
    }

    private Reply approve(Stanza iq, Owner owner) {
        var code = payload(iq).attribute("code");
        if (code == null) return Reply.error(NO_CODE);
        var asking = links.asking(code);
        if (asking == null) return Reply.error(NOBODY);
        var shelf = owner.shelf(SHELF);
        if (shelf.get(asking.device()) == null && shelf.all().size() >= MOST) return Reply.error(TOO_MANY);
        // Before it can sign in: what is not listed could not be revoked.
        var row = Instant.ofEpochMilli(owner.nowMillis()) + ";" + asking.from() + " " + asking.name();
        shelf.put(asking.device(), row.getBytes(StandardCharsets.UTF_8));
        return Reply.later(links.approve(Objects.requireNonNull(owner.jid().local()), code)
                .thenApply(there -> there ? Reply.empty() : Reply.error(NOBODY)));
    }

    private static Reply list(Stanza iq, Owner owner) {
        var list = Element.build(LIST).attribute("most", Integer.toString(MOST));
        for (var row : owner.shelf(SHELF).all().entrySet()) {
            var parts = new String(row.getValue(), StandardCharsets.UTF_8).split(" ", 2);
            var made = parts[0].split(";", 2);
            long seen = owner.deviceSeenMillis(row.getKey());
            list.child("device", device -> device.attribute("device", row.getKey())
                    .attribute("name", parts.length > 1 ? parts[1] : "")
                    .attribute("linked", made[0])
                    .attribute("from", made.length > 1 ? made[1] : null)
                    .attribute(
                            "seen",
                            seen == 0 ? null : Instant.ofEpochMilli(seen).toString()));
        }
        return Reply.result(list.build());
    }

    /// One, or without a name all.
    private Reply revoke(Stanza iq, Owner owner) {
        var device = payload(iq).attribute("device");
        var shelf = owner.shelf(SHELF);
        var gone = new ArrayList<String>();
        if (device == null) gone.addAll(shelf.all().keySet());
        else if (shelf.get(device) != null) gone.add(device);
        else return Reply.error(UNKNOWN);
        for (var one : gone) shelf.remove(one);
        return Reply.later(revokeAll(Objects.requireNonNull(owner.jid().local()), gone));
    }

    private CompletionStage<Reply> revokeAll(String account, List<String> devices) {
        CompletionStage<Boolean> done = CompletableFuture.completedStage(true);
        for (var device : devices) done = done.thenCompose(_ -> links.revoke(account, device));
        return done.thenApply(_ -> Reply.empty());
    }
}
