package im.kith.server.feature;

import im.kith.server.feature.blocking.Blocking;
import im.kith.server.feature.last.LastActivity;
import im.kith.server.feature.ping.Ping;
import java.util.ArrayList;
import java.util.List;

/// The one ordered list of features: a XEP is switched on by its line here. The order is the order of checks.
public final class Standard {

    private Standard() {}

    /// All features of this server. `core` is what the server's other parts declare of themselves; it comes first.
    public static Features features(List<? extends Feature> core) {
        var all = new ArrayList<Feature>(core);
        all.add(new Blocking());
        all.add(new Ping());
        all.add(new LastActivity(System.currentTimeMillis()));
        return Features.of(all);
    }
}
