package im.kith.server.room;

import im.kith.server.account.Home;
import im.kith.server.account.Service;
import im.kith.server.account.Tenant;
import im.kith.server.feature.Manifest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The service at `groups.<domain>`: a [Room] at each `name@groups.<domain>`, and the [Lobby] at the host itself.
public final class Rooms implements Service {

    static final String LABEL = "groups";
    static final String TITLE = "Groups";

    /// What every room supports, whatever its configuration.
    static final List<String> ROOM_FEATURES = List.of(
            Muc.INFO,
            Muc.ITEMS,
            Muc.NAMESPACE,
            Muc.REQUEST,
            Muc.STABLE_ID,
            Muc.SELF_PING,
            Muc.REGISTRATION,
            Muc.VCARD,
            Muc.ARCHIVE,
            Muc.ARCHIVE + "#extended",
            Muc.OCCUPANT_ID,
            Muc.MODERATION,
            Muc.RETRACTION,
            Muc.RETRACTION + "#tombstone",
            Muc.PING,
            Membership.NAMESPACE,
            InviteLinks.NAMESPACE,
            Hats.NAMESPACE,
            HatCommands.NAMESPACE,
            "urn:xmpp:sid:0");

    /// How many groups an account makes.
    ///
    /// @param perAccount of those that it is in
    public record Limits(int perHour, int perAccount) {
        public static final Limits DEFAULTS = new Limits(250, 1_000);
    }

    private final FoundingLimits limits;

    public Rooms() {
        this(Limits.DEFAULTS);
    }

    public Rooms(Limits limits) {
        this.limits = new FoundingLimits(limits);
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("groups")
                .hosting(LABEL, TITLE)
                .keepingHot(FoundingLimits.SHELF)
                .checkingOutgoing(limits::judge)
                .implementing("XEP-0045", "1.35.5")
                .implementing("XEP-0249", "1.2")
                .implementing("XEP-0317", "0.3.1")
                .implementing("XEP-0410", "1.1.0")
                .implementing("XEP-0421", "1.0.1")
                .implementing("XEP-0424", "0.4.2")
                .implementing("XEP-0425", "0.3.0")
                .implementing("XEP-0433", "0.1.0")
                .implementing("XEP-0486", "0.1.0")
                .implementing("XEP-0488", "0.1.0")
                .implementing("XEP-0500", "0.1.1")
                .implementing(
                        "XEP-0503",
                        "0.3.0",
                        "a community is kept by its announcement channel; other spaces are pubsub nodes")
                .build();
    }

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public List<String> hotShelves() {
        return List.of(
                Room.SHELF,
                Affiliations.SHELF,
                Occupants.SHELF,
                History.SHELF,
                InviteLinks.SHELF,
                Approvals.SHELF,
                Hats.SHELF,
                Community.SHELF,
                Lobby.SHELF);
    }

    @Override
    public String visitedBy() {
        return Room.SHELF;
    }

    @Override
    public int entriesAtWaking() {
        return History.AT_HAND;
    }

    @Override
    public Tenant tenant(@Nullable String local, Home home) {
        return local == null ? new Lobby(home) : new Room(home);
    }
}
