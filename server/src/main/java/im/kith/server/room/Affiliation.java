package im.kith.server.room;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// XEP-0045 §5.2: a person's lasting relation to the room, present or not. In ascending order.
enum Affiliation {
    OUTCAST,
    NONE,
    MEMBER,
    ADMIN,
    OWNER;

    private final String label = name().toLowerCase(Locale.ROOT);

    String label() {
        return label;
    }

    boolean isAtLeast(Affiliation other) {
        return compareTo(other) >= 0;
    }

    /// §5.1.2: the role that one enters with.
    Role entersAs(boolean moderated) {
        return switch (this) {
            case OWNER, ADMIN -> Role.MODERATOR;
            case MEMBER -> Role.PARTICIPANT;
            case NONE -> moderated ? Role.VISITOR : Role.PARTICIPANT;
            case OUTCAST -> Role.NONE;
        };
    }

    static @Nullable Affiliation of(@Nullable String label) {
        for (var affiliation : values()) if (affiliation.label.equals(label)) return affiliation;
        return null;
    }
}
