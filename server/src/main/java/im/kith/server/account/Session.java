package im.kith.server.account;

import im.kith.xmpp.Jid;
import org.jspecify.annotations.Nullable;

/// A bound device's connection, as the stream layer holds it: an address and an opaque way back to the device.
public final class Session {

    private final Jid jid;
    private final int partition;

    /// Touched by the partition's thread only.
    @Nullable
    Device device;

    Session(Jid jid, int partition) {
        this.jid = jid;
        this.partition = partition;
    }

    /// The full JID that was bound.
    public Jid jid() {
        return jid;
    }

    int partition() {
        return partition;
    }
}
