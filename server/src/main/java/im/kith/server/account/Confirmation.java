package im.kith.server.account;

import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Sees to it that a client says what it has got.
///
/// With stream management it is asked by `<r/>`, one at a time. Without, by a ping (XEP-0199), which every client has
/// to answer: after many entries, or some seconds after the last. Whoever does not answer in time counts as gone.
final class Confirmation {

    private static final int ASK_EVERY = 400;
    private static final long ASK_PAUSE_MILLIS = 5_000;
    private static final byte[] REQUEST = "<r xmlns='urn:xmpp:sm:3'/>".getBytes(StandardCharsets.US_ASCII);

    private final Device device;

    // Without stream management: up to where the client has confirmed, and what it was asked.
    private long confirmed;
    private long askedSeq;
    private @Nullable String askedId;
    private long askedMillis;
    private int unconfirmed;

    private boolean watched;

    Confirmation(Device device, long cursor) {
        this.device = device;
        this.confirmed = cursor;
    }

    void restart(long cursor) {
        confirmed = cursor;
        unconfirmed = 0;
    }

    long confirmed() {
        return confirmed;
    }

    /// How many entries were sent since the client was last asked.
    int unconfirmed() {
        return unconfirmed;
    }

    boolean isOwed() {
        return unconfirmed > 0;
    }

    void sentOne() {
        unconfirmed++;
    }

    void upTo(long seq) {
        confirmed = Math.max(confirmed, seq);
        unconfirmed = 0;
        askedId = null;
    }

    void ask() {
        var stream = device.acks;
        if (stream != null) {
            if (stream.askedMillis != 0 || stream.unacked() == 0) return;
            stream.askedMillis = device.account.nowMillis();
            device.write(REQUEST);
            watch(silenceMillis());
        } else if (askedId == null) {
            if (unconfirmed >= ASK_EVERY) ping();
            else watch(ASK_PAUSE_MILLIS);
        }
    }

    private void ping() {
        askedId = "kith-" + device.account.site.secrets.get();
        askedSeq = device.feed.sent();
        askedMillis = device.account.nowMillis();
        unconfirmed = 0;
        device.send(Stanza.of(
                Stanza.Kind.IQ,
                device.account.site.server,
                device.jid,
                Element.build(Stanza.CLIENT, "iq")
                        .attribute("type", "get")
                        .attribute("id", askedId)
                        .child(Element.empty("urn:xmpp:ping", "ping"))
                        .build()));
        watch(silenceMillis());
    }

    /// True if that was the answer to our ping.
    boolean answers(@Nullable String id) {
        if (askedId == null || !askedId.equals(id)) return false;
        askedId = null;
        confirmed = Math.max(confirmed, askedSeq);
        return true;
    }

    private long silenceMillis() {
        return device.account.site.settings.silenceMillis();
    }

    private void watch(long delayMillis) {
        if (watched) return;
        watched = true;
        device.account.partition.timer(device.account, delayMillis, now -> {
            watched = false;
            look();
        });
    }

    private void look() {
        if (device.link == null) return;
        var stream = device.acks;
        long asked = stream != null ? stream.askedMillis : askedId != null ? askedMillis : 0;
        if (asked != 0) {
            long waited = device.account.nowMillis() - asked;
            if (waited >= silenceMillis()) {
                device.account.devices.drop(
                        device,
                        StreamError.of(
                                StreamError.Condition.CONNECTION_TIMEOUT, "no acknowledgement came for what was sent"));
            } else {
                watch(silenceMillis() - waited);
            }
        } else if (stream == null && unconfirmed > 0) {
            ping();
        }
    }
}
