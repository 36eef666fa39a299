package im.kith.server.stream;

import im.kith.server.account.Directory;
import im.kith.server.auth.Authority;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What all streams of a server have in common. Immutable.
///
/// @param tls whether there is a certificate
/// @param features what a signed-in client is offered besides resource binding
record Terms(
        Settings settings,
        Directory directory,
        Authority authority,
        List<Element> features,
        @Nullable InBandRegistration registration,
        BooleanSupplier tls) {

    String domain() {
        return settings.domain();
    }
}
