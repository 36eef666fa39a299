package im.kith.server.feature.contacts;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.util.LinkedHashSet;
import java.util.Objects;

/// Contact discovery (docs/protocol/contacts.md): a device asks for buckets of hashes of its address book's numbers,
/// and an account may choose not to be found.
///
/// Errors: `bad-request` for what is no bucket; `policy-violation` for too many: of one request, watched, or of a day.
///
/// ```
/// hot shelf "contacts": "hidden" → 1 if the account is not to be found
/// ```
public final class ContactDiscovery implements Feature {

    static final int MOST_AT_ONCE = 1000;

    private static final String NAMESPACE = "urn:kith:contacts:0";
    private static final String SHELF = "contacts";
    private static final String HIDDEN = "hidden";
    private static final byte[] PRESENT = {1};
    private static final Tag ASK = new Tag(NAMESPACE, "ask");
    private static final Tag FOUND = new Tag(NAMESPACE, "found");
    private static final Tag DISCOVERABLE = new Tag(NAMESPACE, "discoverable");

    private static final StanzaError NO_BUCKET =
            StanzaError.of(BAD_REQUEST, "A bucket is the first 5 hexadecimal digits of a hash, in lower case.");
    private static final StanzaError NOTHING = StanzaError.of(BAD_REQUEST, "Say which buckets, or watch='0'.");
    private static final StanzaError NO_CHOICE = StanzaError.of(BAD_REQUEST, "by is everyone or nobody.");
    private static final StanzaError TOO_MANY =
            StanzaError.of(POLICY_VIOLATION, "At most " + MOST_AT_ONCE + " buckets at a time.");

    private final Numbers numbers;

    public ContactDiscovery(Numbers numbers) {
        this.numbers = numbers;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("contacts")
                .advertisingAtAccount(NAMESPACE)
                .keepingHot(SHELF)
                .answering(SET, ASK, this::ask)
                .answering(GET, DISCOVERABLE, ContactDiscovery::discoverable)
                .answering(SET, DISCOVERABLE, this::choose)
                .build();
    }

    private Reply ask(Stanza iq, Owner owner) {
        var ask = Objects.requireNonNull(iq.payload());
        var account = Objects.requireNonNull(owner.jid().local());
        var buckets = new LinkedHashSet<String>();
        for (var child : ask.children()) {
            if (!child.is(NAMESPACE, "bucket")) continue;
            if (!child.text().matches("[0-9a-f]{5}")) return Reply.error(NO_BUCKET);
            buckets.add(child.text());
        }
        if (buckets.size() > MOST_AT_ONCE) return Reply.error(TOO_MANY);
        var watch = ask.attribute("watch");
        if (buckets.isEmpty()) {
            if (!"0".equals(watch) && !"false".equals(watch)) return Reply.error(NOTHING);
            return Reply.later(numbers.unwatch(account).thenApply(_ -> Reply.result(Element.empty(FOUND))));
        }
        boolean watches = "1".equals(watch) || "true".equals(watch);
        return Reply.later(numbers.ask(account, buckets, watches).thenApply(answer -> switch (answer) {
            case Numbers.Answer.Found(var hashes) -> {
                var found = Element.build(FOUND);
                for (var hash : hashes) found.child("hash", hash);
                yield Reply.result(found.build());
            }
            case Numbers.Answer.AskedTooMuch(long seconds) ->
                Reply.error(StanzaError.of(
                                POLICY_VIOLATION,
                                "You have asked for too many buckets today; ask again in " + seconds + " seconds.")
                        .as(StanzaError.Type.WAIT));
            case Numbers.Answer.WatchesTooMuch(int most) ->
                Reply.error(StanzaError.of(
                        POLICY_VIOLATION,
                        "At most " + most + " buckets are watched; end all watching with watch='0' first."));
        }));
    }

    private static Reply discoverable(Stanza iq, Owner owner) {
        boolean hidden = owner.shelf(SHELF).get(HIDDEN) != null;
        return Reply.result(Element.build(DISCOVERABLE)
                .attribute("by", hidden ? "nobody" : "everyone")
                .build());
    }

    private Reply choose(Stanza iq, Owner owner) {
        boolean shown;
        switch (Objects.requireNonNull(iq.payload()).attribute("by", "")) {
            case "everyone" -> shown = true;
            case "nobody" -> shown = false;
            default -> {
                return Reply.error(NO_CHOICE);
            }
        }
        if (shown) owner.shelf(SHELF).remove(HIDDEN);
        else owner.shelf(SHELF).put(HIDDEN, PRESENT);
        return Reply.later(
                numbers.show(Objects.requireNonNull(owner.jid().local()), shown).thenApply(_ -> Reply.empty()));
    }
}
