package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.feature.Owner;
import im.kith.server.feature.Shelf;
import im.kith.server.feature.Verdict;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How many groups an account makes: asked when it sends the request, on its own side, so that nobody else waits for
/// the answer. A room that becomes persistent counts as made, too; one that is not ends with its last occupant.
///
/// ```
/// hot shelf "groups.made" of the account: the group's address → when it was asked for (milliseconds since 1970)
/// ```
/// A group counts in all as long as its maker is in it. A request that is sent again counts once.
///
/// Errors: `resource-constraint`, of type wait if an hour helps.
final class FoundingLimits {

    static final String SHELF = "groups.made";
    /// The account's own list of the groups that it is in.
    private static final String GROUPS = "groups";

    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Rooms.Limits limits;
    private final StanzaError tooFast;
    private final StanzaError tooMany;

    FoundingLimits(Rooms.Limits limits) {
        this.limits = limits;
        tooFast = StanzaError.of(
                        RESOURCE_CONSTRAINT,
                        "You may make " + limits.perHour() + " groups in an hour; try again in a while.")
                .as(StanzaError.Type.WAIT);
        tooMany = StanzaError.of(
                        RESOURCE_CONSTRAINT,
                        "You may have made " + limits.perAccount() + " groups that you are in; leave some.")
                .as(StanzaError.Type.CANCEL);
    }

    Verdict judge(Stanza stanza, Owner owner) {
        var to = stanza.to();
        var payload = stanza.isIq() ? stanza.payload() : null;
        if (to == null
                || to.local() == null
                || payload == null
                || !stanza.type().equals("set")) return Verdict.pass();
        if (!to.domain().equals(Rooms.LABEL + "." + owner.server().domain()) || !founds(payload)) return Verdict.pass();
        var made = owner.shelf(SHELF);
        var address = to.bare().toString();
        if (made.get(address) != null) return Verdict.pass();
        long now = owner.nowMillis();
        long lately = prune(made, owner.shelf(GROUPS), now);
        if (lately >= limits.perHour()) return Verdict.reject(tooFast);
        if (made.all().size() >= limits.perAccount()) return Verdict.reject(tooMany);
        made.put(address, ByteBuffer.allocate(Long.BYTES).putLong(now).array());
        return Verdict.pass();
    }

    private static boolean founds(Element payload) {
        if (payload.is(Membership.NAMESPACE, "create")) return true;
        var x = payload.is(Muc.OWNER, "query") ? payload.child(DataForm.NAMESPACE, "x") : null;
        var form = x == null ? null : DataForm.parse(x);
        return form != null
                && form.type() == DataForm.Type.SUBMIT
                && (Boolean.TRUE.equals(form.isTrue(Setting.LASTING.field))
                        || Boolean.TRUE.equals(form.isTrue(Setting.PERSISTENT.field)));
    }

    /// Forgets old ones that the account is not in any more; answers how many are of the last hour.
    private static long prune(Shelf made, Shelf groups, long nowMillis) {
        long lately = 0;
        for (var address : List.copyOf(made.all().keySet())) {
            var row = made.get(address);
            boolean old = row == null || ByteBuffer.wrap(row).getLong() <= nowMillis - HOUR_MILLIS;
            if (!old) lately++;
            else if (groups.get(address) == null) made.remove(address);
        }
        return lately;
    }
}
