package im.kith.server.docs;

import im.kith.server.account.Core;
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
import im.kith.server.feature.register.Accounts;
import im.kith.server.link.LinkCodes;
import im.kith.server.media.OwnUploads;
import im.kith.server.portable.TakeoutRoutes;
import im.kith.server.push.Pushes;
import im.kith.server.room.Rooms;
import im.kith.server.signup.InvitationPages;
import im.kith.server.stream.StreamSpecifications;
import im.kith.xmpp.StanzaError.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The generated documents, by their path in the repository. `./kith docs` writes them; a test fails when they are
/// stale.
public final class Documents {

    private Documents() {}

    /// What the files should hold now.
    public static Map<Path, String> texts() {
        var features = features();
        var texts = new TreeMap<Path, String>();
        texts.put(Path.of("docs", "CONFORMANCE.md"), Conformance.text(features));
        texts.put(Path.of("kith.doap"), Doap.text(features.manifests()));
        return texts;
    }

    /// Writes them below `root`, the repository's directory.
    public static void write(Path root) throws IOException {
        for (var text : texts().entrySet()) {
            var file = root.resolve(text.getKey());
            var folder = file.getParent();
            if (folder != null) Files.createDirectories(folder);
            Files.writeString(file, text.getValue());
        }
    }

    /// All that a server may have, none of it working.
    private static Features features() {
        return Standard.features(
                core(),
                new Standard.Settings(
                        "0",
                        Contacts.NONE,
                        new NoAccounts(),
                        new OwnUploads(0),
                        new ServerAdministration("", List.of()),
                        ExternalServices.Settings.NONE,
                        new Pushes(Pushes.Settings.DEFAULTS, () -> 0),
                        new LinkCodes("", () -> 0),
                        new NumberIndex("", () -> 0),
                        new PeopleBook(() -> 0),
                        Reports.NONE,
                        new TakeoutRoutes("", () -> 0),
                        new InvitationPages("", false, name -> false, () -> 0),
                        Pages.NONE));
    }

    private static List<Feature> core() {
        var core = new ArrayList<>(Core.features());
        core.add(new StreamSpecifications());
        core.add(new Rooms());
        return core;
    }

    private static final class NoAccounts implements Accounts {
        @Override
        public CompletionStage<Reply> changePassword(String account, String password) {
            return CompletableFuture.completedStage(Reply.error(Condition.SERVICE_UNAVAILABLE));
        }
    }
}
