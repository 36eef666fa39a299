package im.kith.server.feature.pubsub;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an entity is to a node (XEP-0060 §4.1).
enum Affiliation {
    OWNER,
    PUBLISHER,
    PUBLISH_ONLY,
    MEMBER,
    NONE,
    OUTCAST;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    String label() {
        return label;
    }

    static @Nullable Affiliation of(@Nullable String label) {
        for (var affiliation : values()) if (affiliation.label.equals(label)) return affiliation;
        return null;
    }

    boolean publishes() {
        return this == OWNER || this == PUBLISHER || this == PUBLISH_ONLY;
    }
}
