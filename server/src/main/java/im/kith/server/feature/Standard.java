package im.kith.server.feature;

import im.kith.server.feature.admin.Admin;
import im.kith.server.feature.admin.Administration;
import im.kith.server.feature.blocking.Blocking;
import im.kith.server.feature.blocking.Reports;
import im.kith.server.feature.calls.ExternalServices;
import im.kith.server.feature.commands.Commands;
import im.kith.server.feature.contacts.ContactDiscovery;
import im.kith.server.feature.contacts.Numbers;
import im.kith.server.feature.disco.Contacts;
import im.kith.server.feature.disco.Disco;
import im.kith.server.feature.invites.Invites;
import im.kith.server.feature.invites.Inviting;
import im.kith.server.feature.last.LastActivity;
import im.kith.server.feature.links.Linking;
import im.kith.server.feature.links.Links;
import im.kith.server.feature.ping.Ping;
import im.kith.server.feature.previews.LinkPreviews;
import im.kith.server.feature.previews.Pages;
import im.kith.server.feature.privacy.Choices;
import im.kith.server.feature.privatexml.PrivateXml;
import im.kith.server.feature.pubsub.Pep;
import im.kith.server.feature.push.Push;
import im.kith.server.feature.push.Pusher;
import im.kith.server.feature.register.AccountManagement;
import im.kith.server.feature.register.Accounts;
import im.kith.server.feature.search.People;
import im.kith.server.feature.search.Search;
import im.kith.server.feature.stories.Stories;
import im.kith.server.feature.takeout.Takeout;
import im.kith.server.feature.takeout.Takeouts;
import im.kith.server.feature.time.Time;
import im.kith.server.feature.upload.Upload;
import im.kith.server.feature.upload.Uploads;
import im.kith.server.feature.vcard.Avatars;
import im.kith.server.feature.vcard.VCard;
import im.kith.server.feature.version.Version;
import java.util.ArrayList;
import java.util.List;

/// The one ordered list of features: a XEP is switched on by its line here. The order is the order of checks.
public final class Standard {

    private static final String SOFTWARE = "Kith";

    private Standard() {}

    /// What the features need to know: this server's version, whom to contact, and what changes accounts,
    /// where uploads go, and what administrators may do.
    public record Settings(
            String version,
            Contacts contacts,
            Accounts accounts,
            Uploads uploads,
            Administration administration,
            ExternalServices.Settings calls,
            Pusher pusher,
            Links links,
            Numbers numbers,
            People people,
            Reports reports,
            Takeouts takeouts,
            Inviting inviting,
            Pages pages) {}

    /// All features of this server. `core` is what the server's other parts declare of themselves; it comes first.
    public static Features features(List<? extends Feature> core, Settings settings) {
        var all = new ArrayList<Feature>(core);
        all.add(new Blocking(settings.reports()));
        all.add(new Choices());
        all.add(new Ping());
        all.add(new LastActivity(System.currentTimeMillis()));
        all.add(new Version(SOFTWARE, settings.version()));
        all.add(new Time());
        all.add(new AccountManagement(settings.accounts()));
        all.add(new Upload(settings.uploads()));
        all.add(new ExternalServices(settings.calls()));
        var pep = new Pep();
        all.add(new Push(settings.pusher(), pep));
        all.add(new Linking(settings.links()));
        all.add(new ContactDiscovery(settings.numbers()));
        all.add(new LinkPreviews(settings.pages()));
        all.add(new Takeout(settings.takeouts()));
        all.add(new Invites(settings.inviting()));
        all.add(new Admin(settings.administration()));
        var avatars = new Avatars(pep);
        all.add(pep);
        all.add(avatars);
        all.add(new Stories(pep));
        all.add(new PrivateXml(pep));
        var search = new Search(settings.people(), pep);
        all.add(search);
        all.add(new VCard(pep, avatars, search::changed));
        all.add(new Commands(all.stream().map(Feature::manifest).toList()));
        all.add(new Disco(SOFTWARE, all.stream().map(Feature::manifest).toList(), settings.contacts(), pep));
        return Features.of(all);
    }
}
