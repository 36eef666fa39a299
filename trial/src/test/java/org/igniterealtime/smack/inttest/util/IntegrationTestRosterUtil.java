package org.igniterealtime.smack.inttest.util;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.roster.SubscribeListener;
import org.jivesoftware.smackx.ping.PingManager;

/// Takes the place of Smack's own class of this name, which does not wait for the rosters it looks at: Smack handles a
/// roster push on a thread of its own, after the answer to the request that caused it may have gone to the test, and
/// what the test before did to the other account may be under way. So a test found its accounts still subscribed to
/// each other, did not subscribe, and waited for news in vain.
///
/// Used on the thread of a test.
public final class IntegrationTestRosterUtil {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private IntegrationTestRosterUtil() {}

    public static void ensureBothAccountsAreSubscribedToEachOther(
            XMPPConnection one, XMPPConnection other, long timeoutMillis) throws Exception {
        ensureSubscribedTo(one, other, timeoutMillis);
        ensureSubscribedTo(other, one, timeoutMillis);
    }

    /// The second account gets the first one's presence, and both their rosters say so.
    public static void ensureSubscribedTo(XMPPConnection shown, XMPPConnection seeing, long timeoutMillis)
            throws Exception {
        var shownAt = shown.getUser().asBareJid();
        var seeingAt = seeing.getUser().asBareJid();
        var shownRoster = Roster.getInstanceFor(shown);
        var seeingRoster = Roster.getInstanceFor(seeing);
        BooleanSupplier subscribed =
                () -> shownRoster.isSubscribedToMyPresence(seeingAt) && seeingRoster.iAmSubscribedTo(shownAt);
        settle(shown, seeing);
        if (subscribed.getAsBoolean()) return;
        SubscribeListener approving =
                (from, request) -> from.equals(seeingAt) ? SubscribeListener.SubscribeAnswer.Approve : null;
        shownRoster.addSubscribeListener(approving);
        try {
            seeingRoster.sendSubscriptionRequest(shownAt);
            await(subscribed, timeoutMillis, seeingAt + " to be subscribed to " + shownAt);
        } finally {
            shownRoster.removeSubscribeListener(approving);
        }
    }

    /// Neither has the other in its roster, and both have seen that.
    public static void ensureBothAccountsAreNotInEachOthersRoster(XMPPConnection one, XMPPConnection other)
            throws Exception {
        remove(one, other);
        remove(other, one);
        settle(one, other);
        BooleanSupplier gone = () -> isStranger(one, other) && isStranger(other, one);
        await(gone, one.getReplyTimeout(), one.getUser() + " and " + other.getUser() + " to be strangers");
    }

    /// What either did to the other until now has had its effect, and both know it. (The server keeps the order between
    /// two accounts, so what was sent before a ping has come before its answer.)
    private static void settle(XMPPConnection one, XMPPConnection other) throws Exception {
        PingManager.getInstanceFor(one).ping(other.getUser());
        PingManager.getInstanceFor(other).ping(one.getUser());
        Roster.getInstanceFor(one).reloadAndWait();
        Roster.getInstanceFor(other).reloadAndWait();
    }

    private static boolean isStranger(XMPPConnection one, XMPPConnection other) {
        return Roster.getInstanceFor(one).getEntry(other.getUser().asBareJid()) == null;
    }

    private static void remove(XMPPConnection from, XMPPConnection contact) throws Exception {
        var roster = Roster.getInstanceFor(from);
        var entry = roster.getEntry(contact.getUser().asBareJid());
        if (entry == null) return;
        try {
            roster.removeEntry(entry);
        } catch (XMPPErrorException refused) {
            // Gone already.
            if (refused.getStanzaError().getCondition() != StanzaError.Condition.item_not_found) throw refused;
        }
    }

    private static void await(BooleanSupplier condition, long timeoutMillis, String what) throws TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new TimeoutException("waited in vain for " + what);
            LockSupport.parkNanos(STEP_NANOS);
        }
    }
}
