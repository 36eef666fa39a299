package im.kith.server.account;

import im.kith.server.feature.Feature;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something with addresses of its own at a subdomain of the server, as groups are at `groups.<domain>`: one feature
/// whose manifest says under which label it is hosted, and that makes a [Tenant] for each address that is sent
/// something.
///
/// A tenant lives in a partition like an account: single-threaded, with a log and shelves in the store, loaded when
/// something comes for its address and let go when nothing needs it ([Home]). So a service has no state of its own:
/// what several of its tenants must know, one of them keeps (the one at the bare host, say) and is told by stanzas.
///
/// Thread-safe: [#tenant] is called on the threads of all partitions.
public interface Service extends Feature {

    /// The first label of the host: `groups`. The same that the manifest says with
    /// [im.kith.server.feature.Manifest.Builder#hosting].
    String label();

    /// The shelves that are in memory whenever a tenant is. Keep them small; other shelves are read when needed.
    List<String> hotShelves();

    /// How many of the newest entries of its log ([Home#append]) a tenant is given when it wakes up.
    default int entriesAtWaking() {
        return 0;
    }

    /// A shelf that each tenant has rows on which lasts; they are visited once a day by it, so that old entries go.
    /// Null if there is none.
    default @Nullable String visitedBy() {
        return null;
    }

    /// Makes the tenant at `local@host`, or at the host itself when `local` is null. Nothing of it is loaded yet:
    /// [Tenant#awake] follows.
    Tenant tenant(@Nullable String local, Home home);
}
