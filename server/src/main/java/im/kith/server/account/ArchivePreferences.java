package im.kith.server.account;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Shelf;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.Tag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// XEP-0441: which messages an account wants in its archive. Nobody else reads that, or the archive itself (XEP-0313
/// §7.1): a request to another account is `forbidden` where it comes from, so it does not tell whether there is one.
///
/// On the hot shelf `archive`: the row `default` (`always` when absent) and one row per listed address, its value
/// `always` or `never`. So the question every message asks is two look-ups, and for most accounts none.
final class ArchivePreferences implements Feature {

    static final String SHELF = "archive";

    private static final Tag PREFS = new Tag("urn:xmpp:mam:2", "prefs");
    private static final String DEFAULT = "default";
    /// Before an address, so that no address can be taken for [#DEFAULT].
    private static final String ADDRESS = "@";

    private static final String ALWAYS = "always";
    private static final String NEVER = "never";
    private static final String ROSTER = "roster";
    private static final int MAX_ADDRESSES = 500;

    private static final Verdict NOT_YOURS =
            Verdict.reject(StanzaError.of(Condition.FORBIDDEN, "Everybody reads their own archive only."));
    private static final StanzaError NO_DEFAULT =
            StanzaError.of(Condition.BAD_REQUEST, "The attribute default must be always, never or roster.");
    private static final StanzaError NO_ADDRESS =
            StanzaError.of(Condition.JID_MALFORMED, "Each <jid/> must hold one address.");
    private static final StanzaError BOTH =
            StanzaError.of(Condition.BAD_REQUEST, "An address can't be listed under both always and never.");
    private static final StanzaError TOO_MANY =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "The lists may hold 500 addresses together.");

    @Override
    public Manifest manifest() {
        return Manifest.of("archive-preferences")
                .implementing("XEP-0441", "0.2.0")
                .keepingHot(SHELF)
                .answering(GET, PREFS, (iq, owner) -> Reply.result(write(owner.shelf(SHELF))))
                .answering(SET, PREFS, ArchivePreferences::set)
                .checkingOutgoing((stanza, owner) -> isOfOthers(stanza, owner) ? NOT_YOURS : Verdict.pass())
                .build();
    }

    private static boolean isOfOthers(Stanza stanza, Owner owner) {
        if (!stanza.isRequest()) return false;
        var to = stanza.to();
        var payload = stanza.payload();
        return to != null && payload != null && payload.namespace().equals(PREFS.namespace()) && owner.isNeighbour(to);
    }

    /// Whether a message to or from `peer` belongs to the archive (XEP-0441 §2.3). `inRoster` is asked only if it
    /// matters.
    static boolean archives(Shelf shelf, Jid peer, Predicate<Jid> inRoster) {
        if (shelf.all().isEmpty()) return true;
        var bare = peer.bare();
        var listed = value(shelf, ADDRESS + peer);
        if (listed == null && peer.isFull()) listed = value(shelf, ADDRESS + bare);
        var decision = listed == null ? value(shelf, DEFAULT) : listed;
        if (decision == null) return true;
        return decision.equals(ALWAYS) || (decision.equals(ROSTER) && inRoster.test(bare));
    }

    private static Reply set(Stanza iq, Owner owner) {
        var prefs = Objects.requireNonNull(iq.payload());
        var byDefault = prefs.attribute(DEFAULT);
        if (byDefault == null) return Reply.error(NO_DEFAULT);
        if (!byDefault.equals(ALWAYS) && !byDefault.equals(NEVER) && !byDefault.equals(ROSTER)) {
            return Reply.error(NO_DEFAULT);
        }
        var rows = new HashMap<String, String>();
        var refusal = collect(prefs, ALWAYS, rows);
        if (refusal == null) refusal = collect(prefs, NEVER, rows);
        if (refusal != null) return Reply.error(refusal);
        if (rows.size() > MAX_ADDRESSES) return Reply.error(TOO_MANY);
        rows.put(DEFAULT, byDefault);
        replace(owner.shelf(SHELF), rows);
        return Reply.result(write(owner.shelf(SHELF)));
    }

    private static @Nullable StanzaError collect(Element prefs, String list, Map<String, String> rows) {
        var element = prefs.child(PREFS.namespace(), list);
        if (element == null) return null;
        for (var item : element.children()) {
            if (!item.is(PREFS.namespace(), "jid")) continue;
            var jid = Jid.parse(item.text().strip());
            if (jid == null) return NO_ADDRESS;
            var before = rows.put(ADDRESS + jid, list);
            if (before != null && !before.equals(list)) return BOTH;
        }
        return null;
    }

    private static void replace(Shelf shelf, Map<String, String> rows) {
        for (var key : new ArrayList<>(shelf.all().keySet())) {
            if (!rows.containsKey(key)) shelf.remove(key);
        }
        rows.forEach((key, value) -> {
            if (!value.equals(value(shelf, key))) shelf.put(key, value.getBytes(StandardCharsets.UTF_8));
        });
    }

    private static Element write(Shelf shelf) {
        var byDefault = value(shelf, DEFAULT);
        return Element.build(PREFS)
                .attribute(DEFAULT, byDefault == null ? ALWAYS : byDefault)
                .child(ALWAYS, list -> addresses(shelf, ALWAYS, list))
                .child(NEVER, list -> addresses(shelf, NEVER, list))
                .build();
    }

    private static void addresses(Shelf shelf, String wanted, Element.Builder list) {
        for (var key : shelf.all().keySet()) {
            if (key.startsWith(ADDRESS) && wanted.equals(value(shelf, key))) {
                list.child("jid", key.substring(ADDRESS.length()));
            }
        }
    }

    private static @Nullable String value(Shelf shelf, String key) {
        var value = shelf.get(key);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
}
