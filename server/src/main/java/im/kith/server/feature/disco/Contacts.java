package im.kith.server.feature.disco;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// XEP-0157: whom to turn to, by role: `abuse`, `admin`, `feedback`, `sales`, `security`, `status`, `support`. The
/// values are URIs such as `mailto:abuse@example.org` or `xmpp:admin@example.org`.
public record Contacts(Map<String, List<String>> byRole) {

    /// The roles there are (XEP-0157 §3).
    public static final Set<String> ROLES =
            Set.of("abuse", "admin", "feedback", "sales", "security", "status", "support");

    public static final Contacts NONE = new Contacts(Map.of());

    /// @throws IllegalArgumentException for a role that is none, or a value that is no URI
    public Contacts {
        byRole.forEach((role, addresses) -> {
            if (!ROLES.contains(role)) {
                throw new IllegalArgumentException(role + " is no role of a contact; there are " + ROLES);
            }
            for (var address : addresses) {
                if (!address.matches("[a-z][a-z0-9+.-]*:\\S+")) {
                    throw new IllegalArgumentException(
                            address + " is no URI; write mailto:name@example.org or xmpp:name@example.org");
                }
            }
        });
        byRole = Map.copyOf(byRole);
    }

    /// The form in the server's disco info, or null when nobody is named.
    @Nullable
    Element form() {
        if (byRole.isEmpty()) return null;
        var form = DataForm.build(DataForm.Type.RESULT, "http://jabber.org/network/serverinfo");
        new TreeMap<>(byRole)
                .forEach((role, addresses) -> form.field(
                        new DataForm.Field(role + "-addresses", "list-multi", null, false, addresses, List.of())));
        return form.build().toElement();
    }
}
