package im.kith.server.net;

/// How much one connection may still send: bytes and stanzas, refilled with time up to a burst ([Bounds]). Who has
/// spent it is not read until it has filled again a little; who does so for too long floods.
///
/// On its connection's event loop only.
final class Budget {

    private final Bounds bounds;
    private float bytes;
    private float stanzas;
    private int asOfMillis;
    /// Since when it has been spent again and again, 0 when it has not.
    private int scarceSinceMillis;

    Budget(Bounds bounds, long nanos) {
        this.bounds = bounds;
        bytes = bounds.burstBytes();
        stanzas = bounds.burstStanzas();
        asOfMillis = millis(nanos);
    }

    void spend(int moreBytes, int moreStanzas, long nanos) {
        refill(nanos);
        bytes -= moreBytes;
        stanzas -= moreStanzas;
        if (isSpent() && scarceSinceMillis == 0) scarceSinceMillis = asOfMillis | 1;
    }

    void refill(long nanos) {
        int now = millis(nanos);
        int passed = now - asOfMillis;
        if (passed <= 0) return;
        asOfMillis = now;
        bytes = Math.min(bounds.burstBytes(), bytes + bounds.bytesPerSecond() * (passed / 1000f));
        stanzas = Math.min(bounds.burstStanzas(), stanzas + bounds.stanzasPerSecond() * (passed / 1000f));
        if (bytes > bounds.burstBytes() / 2f && stanzas > bounds.burstStanzas() / 2f) scarceSinceMillis = 0;
    }

    boolean isSpent() {
        return bytes < 0 || stanzas < 0;
    }

    boolean isFlood() {
        return scarceSinceMillis != 0 && asOfMillis - scarceSinceMillis > bounds.floodSeconds() * 1000;
    }

    private static int millis(long nanos) {
        return (int) (nanos / 1_000_000);
    }
}
