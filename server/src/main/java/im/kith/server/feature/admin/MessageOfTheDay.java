package im.kith.server.feature.admin;

import im.kith.server.feature.Manifest.PresenceWatcher;
import im.kith.server.feature.Owner;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// XEP-0133 §4.24, on each account's side: the message of the day goes to everybody who comes online, once. Who has had
/// it is not told it again when it is edited, others get the new text.
///
/// ```
/// hot shelf "motd"   seen → the id of the message that the account has
/// ```
final class MessageOfTheDay implements PresenceWatcher {

    static final String SHELF = "motd";

    private static final String SEEN = "seen";

    private final Administration administration;

    MessageOfTheDay(Administration administration) {
        this.administration = administration;
    }

    @Override
    public void appeared(Jid device, @Nullable Element before, Element presence, Owner owner) {
        var motd = administration.motd();
        if (before != null || motd == null || !see(motd.id(), owner)) return;
        administration.tellMotd(owner.jid());
    }

    @Override
    public void admitted(Jid contact, Owner owner) {}

    /// A message was kept for the account: it may be this one, told to all who are online.
    void kept(Stanza message, Owner owner) {
        var motd = administration.motd();
        if (motd != null && motd.id().equals(message.id()) && owner.server().equals(message.from())) {
            see(motd.id(), owner);
        }
    }

    /// Whether the account had not seen it.
    private static boolean see(String id, Owner owner) {
        var shelf = owner.shelf(SHELF);
        var value = id.getBytes(StandardCharsets.UTF_8);
        if (Arrays.equals(value, shelf.get(SEEN))) return false;
        shelf.put(SEEN, value);
        return true;
    }
}
