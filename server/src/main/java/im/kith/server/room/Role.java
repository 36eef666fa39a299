package im.kith.server.room;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §5.1: what an occupant may do while it is in the room. In ascending order.
enum Role {
    NONE,
    VISITOR,
    PARTICIPANT,
    MODERATOR;

    private final String label = name().toLowerCase(Locale.ROOT);

    String label() {
        return label;
    }

    boolean isAtLeast(Role other) {
        return compareTo(other) >= 0;
    }

    static @Nullable Role of(@Nullable String label) {
        for (var role : values()) if (role.label.equals(label)) return role;
        return null;
    }
}
