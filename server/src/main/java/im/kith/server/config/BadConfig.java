package im.kith.server.config;

import java.util.List;

/// A configuration that Kith does not start with. Each complaint reads `FILE:LINE: key: reason; allowed: …`.
public final class BadConfig extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<String> complaints;

    BadConfig(List<String> complaints) {
        super(String.join("\n", complaints));
        this.complaints = List.copyOf(complaints);
    }

    public List<String> complaints() {
        return complaints;
    }
}
