package im.kith.server;

import im.kith.server.account.Core;
import im.kith.server.account.Village;
import im.kith.server.admin.ServerAdministration;
import im.kith.server.contacts.NumberIndex;
import im.kith.server.contacts.PeopleBook;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Features;
import im.kith.server.feature.Reply;
import im.kith.server.feature.Standard;
import im.kith.server.feature.blocking.Reports;
import im.kith.server.feature.calls.ExternalServices;
import im.kith.server.feature.disco.Contacts;
import im.kith.server.feature.previews.Pages;
import im.kith.server.link.LinkCodes;
import im.kith.server.media.OwnUploads;
import im.kith.server.portable.TakeoutRoutes;
import im.kith.server.pubsub.PubsubService;
import im.kith.server.push.Pushes;
import im.kith.server.room.Rooms;
import im.kith.server.signup.InvitationPages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A [Village] whose server has every feature and every service that it has in real life.
final class WholeServer {

    /// Sends nothing, so one does for all villages: each of them has a thread and descriptors until it is collected.
    private static final Pushes PUSHES = new Pushes(Pushes.Settings.DEFAULTS, () -> 0);

    private WholeServer() {}

    static Village village() {
        var rooms = new Rooms();
        var pubsub = new PubsubService();
        return new Village(features(List.of(rooms, pubsub)), rooms, pubsub);
    }

    private static Features features(List<Feature> services) {
        var core = new ArrayList<>(Core.features());
        core.addAll(services);
        return Standard.features(
                core,
                new Standard.Settings(
                        "0",
                        Contacts.NONE,
                        (account, password) -> CompletableFuture.completedStage(Reply.empty()),
                        new OwnUploads(0),
                        new ServerAdministration("sim.test", List.of()),
                        ExternalServices.Settings.NONE,
                        PUSHES,
                        new LinkCodes("sim.test", () -> 0),
                        new NumberIndex("sim.test", () -> 0),
                        new PeopleBook(() -> 0),
                        Reports.NONE,
                        new TakeoutRoutes("sim.test", () -> 0),
                        new InvitationPages("sim.test", false, name -> false, () -> 0),
                        Pages.NONE));
    }
}
