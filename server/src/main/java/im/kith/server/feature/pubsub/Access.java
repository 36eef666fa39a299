package im.kith.server.feature.pubsub;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Who may subscribe to a node and read its items (XEP-0060 §4.5).
enum Access {
    OPEN,
    PRESENCE,
    ROSTER,
    AUTHORIZE,
    WHITELIST;

    private final String label = name().toLowerCase(Locale.ROOT);

    String label() {
        return label;
    }

    static @Nullable Access of(@Nullable String label) {
        for (var access : values()) if (access.label.equals(label)) return access;
        return null;
    }
}
