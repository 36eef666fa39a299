package im.kith.server.feature.push;

/// What sends push messages, as the feature sees it. Thread-safe; never blocks; bounded.
public interface Pusher {

    /// What wakes a device, and how much it matters: a call rings for half a minute, a message waits for weeks.
    enum Kind {
        MESSAGE("high", 28 * 86_400),
        CALL("high", 30);

        private final String urgency;
        private final int lifeSeconds;

        Kind(String urgency, int lifeSeconds) {
            this.urgency = urgency;
            this.lifeSeconds = lifeSeconds;
        }

        public String urgency() {
            return urgency;
        }

        public int lifeSeconds() {
            return lifeSeconds;
        }
    }

    /// Where to send.
    sealed interface Target {}

    /// What a browser or a UnifiedPush distributor subscribed with: where to send, and for whom to encrypt.
    record Subscription(String endpoint, byte[] key, byte[] auth) implements Target {}

    /// An app on a phone: what it got from the service of the phone's maker.
    record App(Maker maker, String token) implements Target {}

    enum Maker {
        APNS,
        FCM
    }

    /// Why nothing can be sent there, or null.
    @org.jspecify.annotations.Nullable
    String objection(Target target);

    /// What a browser subscribes with (`applicationServerKey`), "" while the server starts.
    String publicKey();

    /// Sends; when the service says that the target is gone, the account's row goes too.
    void push(String account, String row, Target target, Kind kind);
}
