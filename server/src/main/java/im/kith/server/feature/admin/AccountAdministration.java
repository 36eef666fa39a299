package im.kith.server.feature.admin;

import static im.kith.server.feature.admin.AdminForm.asking;
import static im.kith.server.feature.admin.AdminForm.field;
import static im.kith.server.feature.admin.AdminForm.jid;
import static im.kith.server.feature.admin.AdminForm.jids;
import static im.kith.server.feature.admin.AdminForm.result;
import static im.kith.server.feature.admin.AdminForm.text;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.server.feature.Command.Outcome;
import im.kith.server.feature.admin.Administration.Group;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// XEP-0133 §4.1 to §4.22: commands about accounts, those that are named and all of them.
final class AccountAdministration {

    private static final int MOST_LISTED = 10_000;
    private static final StanzaError WHOSE = StanzaError.of(BAD_REQUEST, "Say of which account.");
    private static final StanzaError NOBODY = StanzaError.of(ITEM_NOT_FOUND, "There is no such account.");
    private static final StanzaError UNEQUAL = StanzaError.of(NOT_ACCEPTABLE, "The two passwords are not the same.");
    private static final StanzaError NO_PASSWORD = StanzaError.of(NOT_ACCEPTABLE, "An account needs a password.");
    private static final StanzaError BAD_LIMIT = StanzaError.of(BAD_REQUEST, "max_items is a number above 0, or none.");

    private final Administration administration;
    private final Declared declared;

    AccountAdministration(Administration administration, Declared declared) {
        this.administration = administration;
        this.declared = declared;
    }

    void declare() {
        accounts();
        one(
                "get-user-roster",
                "Get User Roster",
                "Getting a User's Roster",
                "get a user's roster",
                AccountAdministration::roster);
        one(
                "get-user-lastlogin",
                "Get User Last Login Time",
                "Getting a User's Last Login Time",
                "get a user's last login time",
                AccountAdministration::lastLogin);
        // §4.10 asks for one address, the forms of all others for several; clients fill in this or that.
        one(
                "user-stats",
                "Get User Statistics",
                asking("Get User Statistics", "Fill out this form to gather user statistics.")
                        .field("jid-single", "accountjid", "The Jabber ID for statistics", false)
                        .field("jid-multi", "accountjids", "Or the same here", false)
                        .build(),
                AccountAdministration::stats);
        groups();
    }

    // ---- accounts --------------------------------------------------------------------------------------------------

    private void accounts() {
        declared.add(
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
        declared.add(
                "end-user-session",
                "End User Session",
                asking("Ending a User Session", "Fill out this form to end a user's session.")
                        .field("jid-multi", "accountjids", "The Jabber ID(s) for which to end sessions", true)
                        .build(),
                (form, by) -> each(form, administration::endSessions));
        declared.add(
                "change-user-password",
                "Change User Password",
                asking("Changing a User Password", "Fill out this form to change a user's password.")
                        .field("jid-single", "accountjid", "The Jabber ID for this account", true)
                        .field("text-private", "password", "The password for this account", true)
                        .build(),
                (form, by) -> {
                    var account = jid(form, "accountjid");
                    var password = form.value("password");
                    if (account == null) return Outcome.failed(Declared.MALFORMED);
                    if (password == null) return Outcome.failed(NO_PASSWORD);
                    return Declared.outcome(administration.changePassword(account, password));
                });
    }

    private CompletionStage<Outcome> addUser(DataForm form) {
        var account = jid(form, "accountjid");
        var password = form.value("password");
        var again = form.value("password-verify");
        if (account == null) return Outcome.failed(Declared.MALFORMED);
        if (password == null || password.isEmpty()) return Outcome.failed(NO_PASSWORD);
        if (again != null && !again.equals(password)) return Outcome.failed(UNEQUAL);
        return Declared.outcome(administration.addUser(account, password));
    }

    private void several(
            String node,
            String name,
            String title,
            String verb,
            Function<List<Jid>, CompletionStage<@Nullable StanzaError>> work) {
        declared.add(
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
        if (accounts == null) return Outcome.failed(Declared.MALFORMED);
        if (accounts.size() > Declared.MOST_ACCOUNTS) return Outcome.failed(Declared.TOO_MANY);
        return Declared.outcome(work.apply(accounts));
    }

    // ---- one account -----------------------------------------------------------------------------------------------

    private void one(
            String node,
            String name,
            String title,
            String purpose,
            BiFunction<Jid, Administration.User, Element> shown) {
        var form = asking(title, "Fill out this form to " + purpose + ".")
                .field("jid-multi", "accountjids", "The Jabber ID(s) to look at", true)
                .build();
        one(node, name, form, shown);
    }

    private void one(String node, String name, DataForm asked, BiFunction<Jid, Administration.User, Element> shown) {
        declared.add(node, name, asked, (form, by) -> {
            var accounts = jids(form, form.value("accountjid") == null ? "accountjids" : "accountjid");
            if (accounts == null) return Outcome.failed(Declared.MALFORMED);
            if (accounts.isEmpty()) return Outcome.failed(WHOSE);
            var account = accounts.getFirst();
            return administration
                    .user(account)
                    .thenApply(user -> user == null
                            ? new Outcome.Failed(NOBODY)
                            : new Outcome.Done(shown.apply(account, user), null));
        });
    }

    private static Element roster(Jid account, Administration.User user) {
        return about(account).build().toElement().plus(user.roster());
    }

    private static Element lastLogin(Jid account, Administration.User user) {
        var form = about(account);
        if (user.lastSeenMillis() > 0) {
            var stamp = Instant.ofEpochMilli(user.lastSeenMillis());
            form.field(told("text-single", "lastlogin", List.of(stamp.toString())));
        }
        return form.build().toElement();
    }

    private static DataForm.Builder about(Jid account) {
        return result().field(told("jid-multi", "accountjids", List.of(account.toString())));
    }

    private static Element stats(Jid account, Administration.User user) {
        return result().field(told("text-single", "rostersize", List.of(Integer.toString(user.contacts()))))
                .field(told("text-multi", "onlineresources", user.resources()))
                .build()
                .toElement();
    }

    private static DataForm.Field told(String type, String name, List<String> values) {
        return new DataForm.Field(name, type, null, false, values, List.of());
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
        declared.add(
                "get-" + node + "-users-num", "Get Number of " + name + " Users", null, (form, by) -> administration
                        .count(group)
                        .thenApply(count -> new Outcome.Done(
                                result().field(field("text-single", field, label, false, List.of(count.toString())))
                                        .build()
                                        .toElement(),
                                null)));
    }

    private void list(String node, String name, String field, Group group) {
        var kind = name.toLowerCase(Locale.ROOT);
        declared.add(
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
}
