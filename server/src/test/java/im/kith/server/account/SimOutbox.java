package im.kith.server.account;

import im.kith.xmpp.Element;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What a [SimClient] has said and the server has not acknowledged, in order, with the counts of XEP-0198 as a client
/// keeps them. Messages outlive streams, until they are acknowledged; what is said once only holds a place in the
/// count.
final class SimOutbox {

    private static final Element PLACE = Element.empty("volatile", "volatile");

    private final ArrayDeque<Element> unacked = new ArrayDeque<>();
    private boolean counting;
    private long acked;
    private long sent;

    boolean isEmpty() {
        return unacked.isEmpty();
    }

    /// Whether both sides count on this stream.
    boolean isCounting() {
        return counting;
    }

    void counts() {
        counting = true;
    }

    void stopsCounting() {
        counting = false;
    }

    /// A new stream, on which nobody counts yet.
    void begins() {
        counting = false;
        sent = 0;
        acked = 0;
    }

    /// The old stream, from where the server has counted to.
    void resumes() {
        sent = acked;
    }

    /// A message, said now or when there is a stream.
    void keep(Element message) {
        unacked.add(message);
    }

    void said() {
        sent++;
    }

    /// Something that is not said again; its number on the stream.
    long saidOnce() {
        if (counting) unacked.add(PLACE);
        return ++sent;
    }

    /// Something that is said before the messages that wait.
    void saidOnceFirst() {
        if (counting) unacked.addFirst(PLACE);
        sent++;
    }

    /// The messages, on a stream that counts anew: what was said once is not said twice, nor counted.
    List<Element> toSayAgain() {
        unacked.removeIf(SimOutbox::isPlace);
        return List.copyOf(unacked);
    }

    /// The messages among what the server has counted since the last time.
    List<Element> acknowledged(long h, String whose) {
        long news = (h - acked) & 0xffffffffL;
        if (news > 1_000_000) throw new AssertionError(whose + ": h went back to " + h + " from " + acked);
        var messages = new ArrayList<Element>();
        for (long i = 0; i < news; i++) {
            var first = unacked.poll();
            if (first == null) throw new AssertionError(whose + " was acknowledged more than it sent");
            if (!isPlace(first)) messages.add(first);
        }
        acked += news;
        return messages;
    }

    private static boolean isPlace(Element element) {
        return element.is("volatile", "volatile");
    }
}
