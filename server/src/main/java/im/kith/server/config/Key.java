package im.kith.server.config;

import java.util.List;

/// One thing that an operator can set.
///
/// @param path     as it is written, `inbox.keep`
/// @param kind     what values it takes
/// @param fallback its value when nobody sets it, as it would be written in `kith.conf`
/// @param doc      what it is for, in lines for the comment above it
record Key<T>(String path, Kind<T> kind, String fallback, List<String> doc) {

    String group() {
        int dot = path.indexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }
}
