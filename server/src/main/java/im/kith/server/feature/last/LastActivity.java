package im.kith.server.feature.last;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Scope.OTHERS;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Manifest.Scope.SERVER;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Privacy;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.util.Objects;

/// XEP-0012: Last Activity. For how long the server has been up, and an account away.
///
/// An account's is for those who get its presence, and so know it anyway, unless it chose otherwise ([Privacy]); 0
/// while a device is available. A question to
/// one device reaches it under the same rule, and is the device's to answer.
///
/// Errors: `forbidden` to who may not see it; `item-not-found` for an account that has never been online.
public final class LastActivity implements Feature {

    private static final Tag QUERY = new Tag("jabber:iq:last", "query");

    private final long startedMillis;

    /// `startedMillis` is when the server started, by the clock of [Owner#nowMillis].
    public LastActivity(long startedMillis) {
        this.startedMillis = startedMillis;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("last")
                .implementing("XEP-0012", "2.0", "an account's last status text is not kept")
                .advertising(QUERY.namespace())
                .answering(SERVER, GET, QUERY, (iq, owner) -> since(startedMillis, owner))
                .answering(OWN, GET, QUERY, (iq, owner) -> away(owner))
                .answering(OTHERS, GET, QUERY, (iq, owner) -> maySee(iq, owner) ? away(owner) : Reply.error(FORBIDDEN))
                .checkingIncoming(LastActivity::judge)
                .build();
    }

    private static Reply away(Owner owner) {
        for (var device : owner.devices()) {
            if (device.available()) return since(owner.nowMillis(), owner);
        }
        long lastSeen = owner.lastSeenMillis();
        return lastSeen == 0 ? Reply.error(ITEM_NOT_FOUND) : since(lastSeen, owner);
    }

    private static Reply since(long millis, Owner owner) {
        long seconds = Math.max(0, owner.nowMillis() - millis) / 1000;
        return Reply.result(Element.build(QUERY)
                .attribute("seconds", Long.toString(seconds))
                .build());
    }

    private static boolean maySee(Stanza stanza, Owner owner) {
        return Privacy.showsLastSeen(owner, Objects.requireNonNull(stanza.from()));
    }

    private static Verdict judge(Stanza stanza, Owner owner) {
        if (!stanza.isIq() || !stanza.isRequest()) return Verdict.pass();
        var to = stanza.to();
        var payload = stanza.payload();
        if (to == null || to.isBare() || payload == null || !payload.is(QUERY)) return Verdict.pass();
        return maySee(stanza, owner) ? Verdict.pass() : Verdict.reject(FORBIDDEN);
    }
}
