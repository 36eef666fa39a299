package im.kith.trial.crash;

import java.util.LinkedHashMap;
import java.util.Map;

/// The sums over all lanes and people.
public record Tally(
        long sent,
        long acknowledged,
        long received,
        long lost,
        long doubled,
        long outOfOrder,
        long resumptions,
        long rebinds,
        long flaps) {

    public boolean keepsThePromise() {
        return lost == 0 && doubled == 0 && outOfOrder == 0;
    }

    public Map<String, Object> asMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("sent", sent);
        map.put("acknowledged", acknowledged);
        map.put("received", received);
        map.put("lost", lost);
        map.put("doubled", doubled);
        map.put("out_of_order", outOfOrder);
        map.put("resumptions", resumptions);
        map.put("rebinds", rebinds);
        map.put("flaps", flaps);
        return map;
    }
}
