package im.kith.server.feature.admin;

import static im.kith.server.feature.admin.AdminForm.asking;
import static im.kith.server.feature.admin.AdminForm.field;
import static im.kith.server.feature.admin.AdminForm.jids;
import static im.kith.server.feature.admin.AdminForm.text;
import static im.kith.server.feature.admin.Administration.Listed.BLACK;
import static im.kith.server.feature.admin.Administration.Listed.WHITE;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.server.feature.Command.Outcome;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/// XEP-0133 §4.11, §4.12 and §4.23 to §4.32: commands about the server itself, its lists and what it says.
final class ServiceAdministration {

    private static final StanzaError NOT_ADMINS =
            StanzaError.of(NOT_ACCEPTABLE, "An administrator can't be on the blacklist.");
    private static final StanzaError BAD_DELAY = StanzaError.of(BAD_REQUEST, "delay is a number of seconds.");

    private final Administration administration;
    private final Declared declared;

    ServiceAdministration(Administration administration, Declared declared) {
        this.administration = administration;
        this.declared = declared;
    }

    void declare() {
        lists();
        texts();
        server();
    }

    private void texts() {
        declared.add(
                "announce",
                "Send Announcement to Online Users",
                asking(
                                "Making an Announcement",
                                "Fill out this form to make an announcement to all active users of this service.")
                        .field("text-multi", "announcement", "Announcement", true)
                        .build(),
                (form, by) -> announced(text(form, "announcement"), false));
        declared.add(
                "announce-all",
                "Send Announcement to All Users",
                asking("Making an Announcement", "Fill out this form to make an announcement to every account.")
                        .field("text-multi", "announcement", "Announcement", true)
                        .build(),
                (form, by) -> announced(text(form, "announcement"), true));
        declared.add(
                "set-motd",
                "Set Message of the Day",
                asking("Setting the Message of the Day", "Fill out this form to set the message of the day.")
                        .field("text-multi", "motd", "Message of the Day", true)
                        .build(),
                (form, by) -> administration
                        .setMotd(text(form, "motd"), true)
                        .thenCompose(_ -> administration.tellMotd(null))
                        .thenApply(count -> new Outcome.Done(null, "It was sent to " + count + " accounts.")));
        edited(
                "edit-motd",
                "Edit Message of the Day",
                "Editing the Message of the Day",
                "motd",
                "Message of the Day",
                text -> administration.setMotd(text, false));
        deleted("delete-motd", "Delete Message of the Day", () -> administration.setMotd("", false));
        edited(
                "set-welcome",
                "Set Welcome Message",
                "Setting Welcome Message",
                "welcome",
                "Welcome Message",
                text -> administration.setText("welcome", text));
        deleted("delete-welcome", "Delete Welcome Message", () -> administration.setText("welcome", ""));
    }

    private CompletionStage<Outcome> announced(String text, boolean all) {
        return administration
                .announce(text, all)
                .thenApply(count -> new Outcome.Done(null, "The announcement was sent to " + count + " accounts."));
    }

    private void edited(
            String node,
            String name,
            String title,
            String field,
            String label,
            Function<String, CompletionStage<Void>> set) {
        declared.editing(
                node,
                name,
                () -> administration.text(field).thenApply(text -> asking(
                                title, "Fill out this form to change the text.")
                        .field(field(
                                "text-multi",
                                field,
                                label,
                                true,
                                text.isEmpty() ? List.of() : List.of(text.split("\n", -1))))
                        .build()),
                (form, by) -> set.apply(text(form, field)).thenApply(_ -> new Outcome.Done(null, null)));
    }

    private void deleted(String node, String name, Supplier<CompletionStage<Void>> delete) {
        declared.add(node, name, null, (form, by) -> delete.get().thenApply(_ -> new Outcome.Done(null, null)));
    }

    private void server() {
        declared.editing(
                "edit-admin",
                "Edit Admin List",
                () -> CompletableFuture.completedStage(asking(
                                "Editing the Admin List",
                                "Fill out this form to edit the list of entities who have administrative privileges.")
                        .field(field(
                                "jid-multi",
                                "adminjids",
                                "The admin list",
                                false,
                                administration.administrators().stream()
                                        .map(Jid::toString)
                                        .toList()))
                        .build()),
                (form, by) -> {
                    var admins = jids(form, "adminjids");
                    return admins == null
                            ? Outcome.failed(Declared.MALFORMED)
                            : Declared.outcome(administration.setAdministrators(admins));
                });
        declared.add(
                "shutdown",
                "Shut Down Service",
                asking("Shutting Down the Service", "Fill out this form to shut down the service.")
                        .field(AdminForm.delay("Time delay before shutting down"))
                        .field("text-multi", "announcement", "Announcement", false)
                        .build(),
                (form, by) -> shutDown(form, false));
        declared.add(
                "restart",
                "Restart Service",
                asking("Restarting the Service", "Fill out this form to restart the service.")
                        .field(AdminForm.delay("Time delay before restarting"))
                        .field("text-multi", "announcement", "Announcement", false)
                        .build(),
                (form, by) -> shutDown(form, true));
    }

    private void lists() {
        list("edit-blacklist", "Edit Blacklist", "Editing the Blacklist", "blacklistjids", "The blacklist", BLACK);
        list("edit-whitelist", "Edit Whitelist", "Editing the Whitelist", "whitelistjids", "The whitelist", WHITE);
    }

    private void list(String node, String name, String title, String field, String label, Administration.Listed list) {
        declared.editing(
                node,
                name,
                () -> CompletableFuture.completedStage(asking(title, "Fill out this form to edit the list of entities.")
                        .field(field(
                                "jid-multi",
                                field,
                                label,
                                false,
                                administration.listed(list).stream()
                                        .map(Jid::toString)
                                        .toList()))
                        .build()),
                (form, by) -> {
                    var jids = jids(form, field);
                    if (jids == null) return Outcome.failed(Declared.MALFORMED);
                    if (jids.size() > Declared.MOST_ACCOUNTS) return Outcome.failed(Declared.TOO_MANY);
                    if (list == BLACK && jids.stream().anyMatch(administration::isAdministrator)) {
                        return Outcome.failed(NOT_ADMINS);
                    }
                    return administration.setListed(list, jids).thenApply(_ -> new Outcome.Done(null, null));
                });
    }

    private CompletionStage<Outcome> shutDown(DataForm form, boolean again) {
        int seconds;
        try {
            var delay = form.value("delay");
            seconds = delay == null || delay.isBlank() ? 0 : Integer.parseInt(delay.strip());
        } catch (NumberFormatException e) {
            return Outcome.failed(BAD_DELAY);
        }
        if (seconds < 0 || seconds > 86_400) return Outcome.failed(BAD_DELAY);
        var announcement = text(form, "announcement");
        var told = announcement.isEmpty()
                ? CompletableFuture.completedStage(0)
                : administration.announce(announcement, false);
        return told.thenApply(_ -> {
            administration.shutDown(seconds, again);
            return new Outcome.Done(null, null);
        });
    }
}
