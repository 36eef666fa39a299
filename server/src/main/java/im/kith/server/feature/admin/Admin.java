package im.kith.server.feature.admin;

import static im.kith.server.feature.admin.AdminForm.asking;
import static im.kith.server.feature.admin.AdminForm.field;
import static im.kith.server.feature.admin.AdminForm.jid;
import static im.kith.server.feature.admin.AdminForm.jids;
import static im.kith.server.feature.admin.AdminForm.result;
import static im.kith.server.feature.admin.AdminForm.text;
import static im.kith.server.feature.admin.Administration.Listed.BLACK;
import static im.kith.server.feature.admin.Administration.Listed.WHITE;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FORBIDDEN;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.JID_MALFORMED;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.server.feature.Command;
import im.kith.server.feature.Command.Outcome;
import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Verdict;
import im.kith.server.feature.admin.Administration.Group;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// XEP-0133: Service Administration, as commands of the server for its administrators (the key `admins`).
///
/// Who is on the blacklist reaches nobody and is reached by nobody; the whitelist is of other servers, to which this
/// one does not talk. A restart ends the process with the exit code 75, for whoever supervises it to start it anew.
/// Errors:
/// `conflict`, `item-not-found`, `jid-malformed`, `not-acceptable`, and those of XEP-0050.
public final class Admin implements Feature {

    private static final int MOST_LISTED = 10_000;
    private static final int MOST_ACCOUNTS = 1000;
    private static final StanzaError MALFORMED = StanzaError.of(JID_MALFORMED, "That is no address.");
    private static final StanzaError TOO_MANY =
            StanzaError.of(NOT_ACCEPTABLE, "At most " + MOST_ACCOUNTS + " accounts at a time.");
    private static final StanzaError NOBODY = StanzaError.of(ITEM_NOT_FOUND, "There is no such account.");
    private static final StanzaError UNEQUAL = StanzaError.of(NOT_ACCEPTABLE, "The two passwords are not the same.");
    private static final StanzaError NO_PASSWORD = StanzaError.of(NOT_ACCEPTABLE, "An account needs a password.");
    private static final StanzaError NOT_ADMINS =
            StanzaError.of(NOT_ACCEPTABLE, "An administrator can't be on the blacklist.");
    private static final Verdict BLACKLISTED =
            Verdict.reject(StanzaError.of(FORBIDDEN, "The server's operator does not let the two of you talk."));
    private static final StanzaError BAD_LIMIT = StanzaError.of(BAD_REQUEST, "max_items is a number above 0, or none.");
    private static final StanzaError BAD_DELAY = StanzaError.of(BAD_REQUEST, "delay is a number of seconds.");

    private final Administration administration;
    private final List<Command> commands = new ArrayList<>();

    public Admin(Administration administration) {
        this.administration = administration;
        accounts();
        one("get-user-roster", "Get User Roster", "Getting a User's Roster", "get a user's roster", true, this::roster);
        one(
                "get-user-lastlogin",
                "Get User Last Login Time",
                "Getting a User's Last Login Time",
                "get a user's last login time",
                true,
                Admin::lastLogin);
        one("user-stats", "Get User Statistics", "Get User Statistics", "gather user statistics", false, this::stats);
        groups();
        lists();
        texts();
        server();
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("admin")
                .implementing(
                        "XEP-0133", "1.3.1", "a restart ends the process with the exit code 75, for its supervisor")
                .checkingIncoming((stanza, owner) -> judge(stanza.from(), owner))
                .checkingOutgoing((stanza, owner) -> judge(stanza.to(), owner))
                .commanding(commands)
                .build();
    }

    private void add(String node, String name, @Nullable DataForm form, Command.Work work) {
        add(node, name, form, null, work);
    }

    private void add(
            String node,
            String name,
            @Nullable DataForm form,
            java.util.function.@Nullable Supplier<CompletionStage<DataForm>> asked,
            Command.Work work) {
        commands.add(new Command(
                AdminForm.TYPE + "#" + node,
                name,
                administration::isAdministrator,
                asked != null ? asked : form == null ? null : () -> CompletableFuture.completedStage(form),
                work));
    }

    private static CompletionStage<Outcome> outcome(CompletionStage<@Nullable StanzaError> stage) {
        return stage.thenApply(error -> error == null ? new Outcome.Done(null, null) : new Outcome.Failed(error));
    }

    // ---- accounts --------------------------------------------------------------------------------------------------

    private void accounts() {
        add(
                "add-user",
                "Add User",
                asking("Adding a User", "Fill out this form to add a user.")
                        .field("jid-single", "accountjid", "The Jabber ID for the account to be added", true)
                        .field("text-private", "password", "The password for this account", false)
                        .field("text-private", "password-verify", "Retype password", false)
                        .field("text-single", "email", "Email address", false)
                        .field("text-single", "given_name", "Given name", false)
                        .field("text-single", "surname", "Family name", false)
                        .build(),
                (form, by) -> addUser(form));
        several("delete-user", "Delete User", "Deleting a User", "delete", administration::deleteUsers);
        several(
                "disable-user",
                "Disable User",
                "Disabling a User",
                "disable",
                jids -> administration.setDisabled(jids, true));
        several(
                "reenable-user",
                "Re-Enable User",
                "Re-Enabling a User",
                "re-enable",
                jids -> administration.setDisabled(jids, false));
        add(
                "end-user-session",
                "End User Session",
                asking("Ending a User Session", "Fill out this form to end a user's session.")
                        .field("jid-multi", "accountjids", "The Jabber ID(s) for which to end sessions", true)
                        .build(),
                (form, by) -> each(form, administration::endSessions));
        add(
                "change-user-password",
                "Change User Password",
                asking("Changing a User Password", "Fill out this form to change a user's password.")
                        .field("jid-single", "accountjid", "The Jabber ID for this account", true)
                        .field("text-private", "password", "The password for this account", true)
                        .build(),
                (form, by) -> {
                    var account = jid(form, "accountjid");
                    var password = form.value("password");
                    if (account == null) return Outcome.failed(MALFORMED);
                    if (password == null) return Outcome.failed(NO_PASSWORD);
                    return outcome(administration.changePassword(account, password));
                });
    }

    private CompletionStage<Outcome> addUser(DataForm form) {
        var account = jid(form, "accountjid");
        var password = form.value("password");
        var again = form.value("password-verify");
        if (account == null) return Outcome.failed(MALFORMED);
        if (password == null || password.isEmpty()) return Outcome.failed(NO_PASSWORD);
        if (again != null && !again.equals(password)) return Outcome.failed(UNEQUAL);
        return outcome(administration.addUser(account, password));
    }

    private void several(
            String node,
            String name,
            String title,
            String verb,
            Function<List<Jid>, CompletionStage<@Nullable StanzaError>> work) {
        add(
                node,
                name,
                asking(title, "Fill out this form to " + verb + " a user.")
                        .field("jid-multi", "accountjids", "The Jabber ID(s) to " + verb, true)
                        .build(),
                (form, by) -> each(form, work));
    }

    private static CompletionStage<Outcome> each(
            DataForm form, Function<List<Jid>, CompletionStage<@Nullable StanzaError>> work) {
        var accounts = jids(form, "accountjids");
        if (accounts == null) return Outcome.failed(MALFORMED);
        if (accounts.size() > MOST_ACCOUNTS) return Outcome.failed(TOO_MANY);
        return outcome(work.apply(accounts));
    }

    // ---- one account -----------------------------------------------------------------------------------------------

    private void one(
            String node,
            String name,
            String title,
            String purpose,
            boolean several,
            BiFunction<Jid, Administration.User, Element> shown) {
        var field = several ? "accountjids" : "accountjid";
        add(
                node,
                name,
                asking(title, "Fill out this form to " + purpose + ".")
                        .field(
                                several ? "jid-multi" : "jid-single",
                                field,
                                several ? "The Jabber ID(s) to look at" : "The Jabber ID for statistics",
                                true)
                        .build(),
                (form, by) -> {
                    var accounts = jids(form, field);
                    if (accounts == null || accounts.isEmpty()) return Outcome.failed(MALFORMED);
                    var account = accounts.getFirst();
                    return administration
                            .user(account)
                            .thenApply(user -> user == null
                                    ? new Outcome.Failed(NOBODY)
                                    : new Outcome.Done(shown.apply(account, user), null));
                });
    }

    private Element roster(Jid account, Administration.User user) {
        return result().field("accountjids", account.toString())
                .build()
                .toElement()
                .plus(user.roster());
    }

    private static Element lastLogin(Jid account, Administration.User user) {
        var form = result().field("accountjids", account.toString());
        if (user.lastSeenMillis() > 0) {
            var stamp = Instant.ofEpochMilli(user.lastSeenMillis());
            form.field("lastlogin", stamp.toString());
        }
        return form.build().toElement();
    }

    private Element stats(Jid account, Administration.User user) {
        return result().field("rostersize", Integer.toString(user.contacts()))
                .field("onlineresources", user.resources().toArray(String[]::new))
                .build()
                .toElement();
    }

    // ---- all accounts ----------------------------------------------------------------------------------------------

    private void groups() {
        number("registered", "Registered", Group.REGISTERED);
        number("disabled", "Disabled", Group.DISABLED);
        number("online", "Online", Group.ONLINE);
        number("active", "Active", Group.ACTIVE);
        number("idle", "Idle", Group.IDLE);
        list("get-registered-users-list", "Registered", "registereduserjids", Group.REGISTERED);
        list("get-disabled-users-list", "Disabled", "disableduserjids", Group.DISABLED);
        list("get-online-users-list", "Online", "onlineuserjids", Group.ONLINE);
        list("get-active-users", "Active", "activeuserjids", Group.ACTIVE);
        // The specification has given the list of idle users the name of the active ones (XEP-0133 §4.22).
        list("get-idle-users", "Idle", "activeuserjids", Group.IDLE);
    }

    private void number(String node, String name, Group group) {
        var field = node + "usersnum";
        var label = "The number of " + node + " users";
        add("get-" + node + "-users-num", "Get Number of " + name + " Users", null, (form, by) -> administration
                .count(group)
                .thenApply(count -> new Outcome.Done(
                        result().field(field("text-single", field, label, false, List.of(count.toString())))
                                .build()
                                .toElement(),
                        null)));
    }

    private void list(String node, String name, String field, Group group) {
        var kind = name.toLowerCase(java.util.Locale.ROOT);
        add(
                node,
                "Get List of " + name + " Users",
                asking(
                                "Requesting List of " + name + " Users",
                                "Fill out this form to request the " + kind + " users of this service.")
                        .field(AdminForm.limit())
                        .build(),
                (form, by) -> {
                    int limit = limit(form.value("max_items"));
                    if (limit <= 0) return Outcome.failed(BAD_LIMIT);
                    return administration
                            .list(group, limit)
                            .thenApply(jids -> new Outcome.Done(
                                    result().field(field(
                                                    "jid-multi",
                                                    field,
                                                    "The list of " + kind + " users",
                                                    false,
                                                    jids.stream()
                                                            .map(Jid::toString)
                                                            .toList()))
                                            .build()
                                            .toElement(),
                                    null));
                });
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.equals("none") || text.isEmpty()) return MOST_LISTED;
        try {
            return Math.min(MOST_LISTED, Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    // ---- texts and the server itself -------------------------------------------------------------------------------

    private void texts() {
        add(
                "announce",
                "Send Announcement to Online Users",
                asking(
                                "Making an Announcement",
                                "Fill out this form to make an announcement to all active users of this service.")
                        .field("text-multi", "announcement", "Announcement", true)
                        .build(),
                (form, by) -> announced(text(form, "announcement"), false));
        add(
                "announce-all",
                "Send Announcement to All Users",
                asking("Making an Announcement", "Fill out this form to make an announcement to every account.")
                        .field("text-multi", "announcement", "Announcement", true)
                        .build(),
                (form, by) -> announced(text(form, "announcement"), true));
        add(
                "set-motd",
                "Set Message of the Day",
                asking("Setting the Message of the Day", "Fill out this form to set the message of the day.")
                        .field("text-multi", "motd", "Message of the Day", true)
                        .build(),
                (form, by) -> {
                    var motd = text(form, "motd");
                    return administration.setText("motd", motd).thenCompose(_ -> announced(motd, true));
                });
        edited("edit-motd", "Edit Message of the Day", "Editing the Message of the Day", "motd", "Message of the Day");
        deleted("delete-motd", "Delete Message of the Day", "motd");
        edited("set-welcome", "Set Welcome Message", "Setting Welcome Message", "welcome", "Welcome Message");
        deleted("delete-welcome", "Delete Welcome Message", "welcome");
    }

    private CompletionStage<Outcome> announced(String text, boolean all) {
        return administration
                .announce(text, all)
                .thenApply(count -> new Outcome.Done(null, "The announcement was sent to " + count + " accounts."));
    }

    private void edited(String node, String name, String title, String field, String label) {
        add(
                node,
                name,
                null,
                () -> administration.text(field).thenApply(text -> asking(
                                title, "Fill out this form to change the text.")
                        .field(field(
                                "text-multi",
                                field,
                                label,
                                true,
                                text.isEmpty() ? List.of() : List.of(text.split("\n", -1))))
                        .build()),
                (form, by) ->
                        administration.setText(field, text(form, field)).thenApply(_ -> new Outcome.Done(null, null)));
    }

    private void deleted(String node, String name, String field) {
        add(node, name, null, (form, by) -> administration
                .setText(field, "")
                .thenApply(_ -> new Outcome.Done(null, null)));
    }

    private void server() {
        add(
                "edit-admin",
                "Edit Admin List",
                null,
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
                            ? Outcome.failed(MALFORMED)
                            : outcome(administration.setAdministrators(admins));
                });
        add(
                "shutdown",
                "Shut Down Service",
                asking("Shutting Down the Service", "Fill out this form to shut down the service.")
                        .field(AdminForm.delay("Time delay before shutting down"))
                        .field("text-multi", "announcement", "Announcement", false)
                        .build(),
                (form, by) -> shutDown(form, false));
        add(
                "restart",
                "Restart Service",
                asking("Restarting the Service", "Fill out this form to restart the service.")
                        .field(AdminForm.delay("Time delay before restarting"))
                        .field("text-multi", "announcement", "Announcement", false)
                        .build(),
                (form, by) -> shutDown(form, true));
    }

    private Verdict judge(@Nullable Jid other, Owner owner) {
        if (other == null || owner.owns(other) || other.equals(owner.server())) return Verdict.pass();
        boolean listed = administration.isBlacklisted(other) || administration.isBlacklisted(owner.jid());
        return listed ? BLACKLISTED : Verdict.pass();
    }

    private void lists() {
        list("edit-blacklist", "Edit Blacklist", "Editing the Blacklist", "blacklistjids", "The blacklist", BLACK);
        list("edit-whitelist", "Edit Whitelist", "Editing the Whitelist", "whitelistjids", "The whitelist", WHITE);
    }

    private void list(String node, String name, String title, String field, String label, Administration.Listed list) {
        add(
                node,
                name,
                null,
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
                    if (jids == null) return Outcome.failed(MALFORMED);
                    if (jids.size() > MOST_ACCOUNTS) return Outcome.failed(TOO_MANY);
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
