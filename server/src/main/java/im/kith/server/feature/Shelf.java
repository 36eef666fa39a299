package im.kith.server.feature;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A small map of an account that is in memory whenever the account is (declared *hot* in the manifest). Values must
/// not be changed in place. Writes are kept with the commit of the event being handled.
public interface Shelf {

    byte @Nullable [] get(String key);

    void put(String key, byte[] value);

    void remove(String key);

    /// A read-only view, by key.
    SortedMap<String, byte[]> all();
}
