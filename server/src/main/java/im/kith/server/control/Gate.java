package im.kith.server.control;

import im.kith.server.http.Request;
import im.kith.server.http.Response;
import org.jspecify.annotations.Nullable;

/// Who may give orders, and what everybody else is told.
interface Gate {

    /// Null lets the request in.
    @Nullable
    Response objection(Request request);
}
