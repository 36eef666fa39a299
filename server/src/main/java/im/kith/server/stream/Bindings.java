package im.kith.server.stream;

import im.kith.server.net.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The channel bindings that a connection has (XEP-0440): what ties a proof to this TLS connection.
final class Bindings {

    static final String END_POINT = "tls-server-end-point";
    static final String EXPORTER = "tls-exporter";

    private Bindings() {}

    /// The data of each type, the stronger first in [#types].
    static Map<String, byte[]> of(Connection connection) {
        var bindings = new HashMap<String, byte[]>();
        var exporter = connection.exporter();
        if (exporter != null) bindings.put(EXPORTER, exporter);
        var endPoint = connection.serverEndPoint();
        if (endPoint != null) bindings.put(END_POINT, endPoint);
        return bindings;
    }

    static List<String> types(Map<String, byte[]> bindings) {
        var types = new ArrayList<String>();
        if (bindings.containsKey(EXPORTER)) types.add(EXPORTER);
        if (bindings.containsKey(END_POINT)) types.add(END_POINT);
        return types;
    }
}
