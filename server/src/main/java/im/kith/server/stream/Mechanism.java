package im.kith.server.stream;

import org.jspecify.annotations.Nullable;

/// The SASL mechanisms, the ones to prefer first.
enum Mechanism {
    SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS", true),
    SCRAM_SHA_1_PLUS("SCRAM-SHA-1-PLUS", true),
    SCRAM_SHA_256("SCRAM-SHA-256", false),
    SCRAM_SHA_1("SCRAM-SHA-1", false),
    PLAIN("PLAIN", false);

    private final String label;
    private final boolean bindsChannel;

    Mechanism(String label, boolean bindsChannel) {
        this.label = label;
        this.bindsChannel = bindsChannel;
    }

    /// The name on the wire.
    String label() {
        return label;
    }

    /// Whether the proof includes the TLS connection.
    boolean bindsChannel() {
        return bindsChannel;
    }

    /// SCRAM's name without `-PLUS`.
    String hash() {
        return bindsChannel ? label.substring(0, label.length() - "-PLUS".length()) : label;
    }

    static @Nullable Mechanism of(String label) {
        for (var mechanism : values()) {
            if (mechanism.label.equals(label)) return mechanism;
        }
        return null;
    }
}
