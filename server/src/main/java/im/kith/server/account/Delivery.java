package im.kith.server.account;

/// Who gets a message: RFC 6121 §8.5 (its Table 1) as a pure function.
enum Delivery {
    /// The addressed resource gets it; it is kept for it.
    DEVICE,
    /// Every available device with a non-negative priority gets it.
    ALL,
    /// Nobody can take it now; it is kept for whoever comes first.
    KEEP,
    /// The sender gets `service-unavailable`.
    ERROR,
    /// Nothing happens.
    IGNORE;

    /// @param type the message's type
    /// @param full whether it was addressed to a resource
    /// @param matches whether a device with that resource is connected
    /// @param anyone whether a device is available with a non-negative priority
    /// @param durable whether the message is of the kind that is kept ([Weight])
    static Delivery of(String type, boolean full, boolean matches, boolean anyone, boolean durable) {
        // §8.5.3.1: a matching resource gets whatever is addressed to it.
        if (full && matches) return DEVICE;
        return switch (type) {
            // §8.5.2.1.1, §8.5.2.2.1, §8.5.3.2.1: without a match as if addressed to the account.
            case "chat" -> anyone ? ALL : durable ? KEEP : IGNORE;
            case "groupchat" -> ERROR;
            case "headline" -> full ? IGNORE : anyone ? ALL : IGNORE;
            case "error" -> IGNORE;
            // §5.2.2: an unknown type is a normal one. §8.5.3.2.1: without a match its sender is told, if it says
            // anything.
            default -> full ? durable ? ERROR : IGNORE : anyone ? ALL : durable ? KEEP : IGNORE;
        };
    }
}
