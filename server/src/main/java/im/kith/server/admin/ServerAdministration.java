package im.kith.server.admin;

import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.server.account.Request.SessionInfo;
import im.kith.server.auth.AccountRules;
import im.kith.server.auth.Credentials;
import im.kith.server.auth.Enrolment;
import im.kith.server.auth.ServerShelf;
import im.kith.server.feature.admin.Administration;
import im.kith.store.Store;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.StreamError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// What administrators may do, done: between the feature, which is made before the partitions are, and what needs them.
/// Thread-safe.
///
/// Lists and counts of those who are online ask every account, page by page: for operators, not for programs.
///
/// ```
/// shelf "admins"   bare JID → 1          administrators beside those of the configuration
/// shelf "blacklist", "whitelist"   address or domain → 1
/// shelf "texts"    motd, welcome → text; motd-id → the id of the messages that tell it
/// ```
public final class ServerAdministration implements Administration {

    private static final String ADMINS = "admins";
    private static final String TEXTS = "texts";
    private static final String MOTD = "motd";
    private static final String MOTD_ID = "motd-id";
    private static final int PAGE = 200;
    private static final byte[] PRESENT = {1};
    /// The exit code that asks whoever supervises the process to start it anew (EX_TEMPFAIL).
    private static final int AGAIN = 75;

    private static final StreamError REMOVED =
            StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "the account was removed by the server's operator");
    private static final StreamError DISABLED =
            StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "the account was disabled by the server's operator");
    private static final StreamError ENDED =
            StreamError.of(StreamError.Condition.POLICY_VIOLATION, "the session was ended by the server's operator");
    private static final StreamError CHANGED = StreamError.of(
            StreamError.Condition.NOT_AUTHORIZED, "the account's password was changed by the server's operator");
    private static final StanzaError NOBODY = StanzaError.of(Condition.ITEM_NOT_FOUND, "There is no such account.");
    private static final StanzaError THERE =
            StanzaError.of(Condition.CONFLICT, "There is an account of that name already.");
    private static final StanzaError ELSEWHERE =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "That is no address of this server.");
    private static final StanzaError LAST = StanzaError.of(
            Condition.NOT_ALLOWED, "Administrators are deleted or disabled by ./kith ctl, not by administrators.");

    private final String domain;
    private final Set<String> configured;
    private volatile Set<String> added = Set.of();
    private volatile Set<String> blacklist = Set.of();
    private volatile Set<String> whitelist = Set.of();
    private volatile @Nullable Motd motd;
    private volatile @Nullable Parts parts;

    /// What it works with, once that is there.
    ///
    /// @param shutDown is told the exit code
    public record Parts(
            Store store, Directory directory, Enrolment enrolment, ServerShelf shelf, IntConsumer shutDown) {}

    /// `configured` are bare JIDs.
    public ServerAdministration(String domain, List<Jid> configured) {
        this.domain = domain;
        this.configured = names(configured);
    }

    /// From now on it works.
    public CompletionStage<Void> use(Parts parts) {
        var shelf = parts.shelf();
        return shelf.rows(ADMINS)
                .thenAccept(rows -> added = Set.copyOf(rows.keySet()))
                .thenCompose(_ -> shelf.rows(shelf(Listed.BLACK)))
                .thenAccept(rows -> blacklist = Set.copyOf(rows.keySet()))
                .thenCompose(_ -> shelf.rows(shelf(Listed.WHITE)))
                .thenAccept(rows -> whitelist = Set.copyOf(rows.keySet()))
                .thenCompose(_ -> shelf.rows(TEXTS))
                .thenAccept(rows -> {
                    var text = rows.get(MOTD);
                    var id = rows.get(MOTD_ID);
                    motd = text == null || id == null ? null : new Motd(string(text), string(id));
                    this.parts = parts;
                });
    }

    private Parts parts() {
        return Objects.requireNonNull(parts, "the server is starting");
    }

    private static Set<String> names(List<Jid> jids) {
        var names = new TreeSet<String>();
        for (var jid : jids) names.add(jid.bare().toString());
        return names;
    }

    @Override
    public boolean isAdministrator(Jid account) {
        var name = account.bare().toString();
        return configured.contains(name) || added.contains(name);
    }

    // ---- accounts --------------------------------------------------------------------------------------------------

    /// The account's name if the address is one of this server's, else null.
    private @Nullable String name(Jid jid) {
        return jid.domain().equals(domain) ? jid.local() : null;
    }

    @Override
    public CompletionStage<@Nullable StanzaError> addUser(Jid account, String password) {
        var name = name(account);
        if (name == null || account.isFull()) return now(ELSEWHERE);
        var allowed = AccountRules.name(name, domain);
        var objection = allowed.objection() != null ? allowed.objection() : AccountRules.objectionToPassword(password);
        if (objection != null) return now(StanzaError.of(Condition.NOT_ACCEPTABLE, objection));
        return parts().enrolment()
                .createWithPassword(name, password)
                .thenCompose(made -> made ? welcome(name) : now(THERE));
    }

    private CompletionStage<@Nullable StanzaError> welcome(String name) {
        return text("welcome")
                .thenCompose(text -> text.isEmpty()
                        ? now(null)
                        : deliver(name, text, newId()).thenApply(_ -> (@Nullable StanzaError) null));
    }

    /// Does it to each, if all of them are accounts; otherwise to none.
    private CompletionStage<@Nullable StanzaError> each(
            List<Jid> accounts, boolean spareAdministrators, Function<Jid, CompletionStage<?>> work) {
        CompletionStage<@Nullable StanzaError> looked = now(null);
        for (var account : accounts) {
            var name = name(account);
            if (name == null) return now(NOBODY);
            if (spareAdministrators && isAdministrator(account)) return now(LAST);
            looked = looked.thenCompose(error -> error != null
                    ? now(error)
                    : parts().enrolment().credentials(name).thenApply(found -> found == null ? NOBODY : null));
        }
        return looked.thenCompose(error -> {
            if (error != null) return now(error);
            CompletionStage<?> done = now(null);
            for (var account : accounts) done = done.thenCompose(_ -> work.apply(account));
            return done.thenApply(_ -> (@Nullable StanzaError) null);
        });
    }

    private static String local(Jid jid) {
        return Objects.requireNonNull(jid.local());
    }

    @Override
    public CompletionStage<@Nullable StanzaError> deleteUsers(List<Jid> accounts) {
        return each(accounts, true, account -> parts().enrolment().remove(local(account), REMOVED));
    }

    @Override
    public CompletionStage<@Nullable StanzaError> setDisabled(List<Jid> accounts, boolean disabled) {
        return each(accounts, disabled, account -> parts().enrolment().setDisabled(local(account), disabled, DISABLED));
    }

    @Override
    public CompletionStage<@Nullable StanzaError> endSessions(List<Jid> jids) {
        return each(jids, false, jid -> parts().directory()
                .ask(local(jid), new Request.Kick(jid.isFull() ? jid.resource() : null, ENDED)));
    }

    @Override
    public CompletionStage<@Nullable StanzaError> changePassword(Jid account, String password) {
        var objection = AccountRules.objectionToPassword(password);
        if (objection != null) return now(StanzaError.of(Condition.NOT_ACCEPTABLE, objection));
        return each(
                List.of(account), false, jid -> parts().enrolment().replaceWithPassword(local(jid), password, CHANGED));
    }

    @Override
    public CompletionStage<@Nullable User> user(Jid account) {
        var name = name(account);
        if (name == null) return now(null);
        return parts().directory()
                .ask(name, new Request.Describe())
                .thenApply(found -> found.exists()
                        ? new User(found.lastSeenMillis(), found.roster(), found.contacts(), found.resources())
                        : null);
    }

    // ---- all accounts ----------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Integer> count(Group group) {
        return list(group, Integer.MAX_VALUE).thenApply(List::size);
    }

    @Override
    public CompletionStage<List<Jid>> list(Group group, int limit) {
        return list(group, limit, "", new ArrayList<>());
    }

    private CompletionStage<List<Jid>> list(Group group, int limit, String after, List<Jid> found) {
        return parts().store().ownersWith(Credentials.SHELF, after, PAGE).thenCompose(names -> chosen(group, names)
                .thenCompose(some -> {
                    for (var name : some) {
                        var jid = Jid.of(name, domain, null);
                        if (jid != null && found.size() < limit) found.add(jid);
                    }
                    return names.size() < PAGE || found.size() >= limit
                            ? now(found)
                            : list(group, limit, names.getLast(), found);
                }));
    }

    private CompletionStage<List<String>> chosen(Group group, List<String> names) {
        if (group == Group.REGISTERED) return now(names);
        var fits = new ArrayList<CompletableFuture<Boolean>>();
        for (var name : names) fits.add(fits(group, name).toCompletableFuture());
        return CompletableFuture.allOf(fits.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            var some = new ArrayList<String>();
            for (int i = 0; i < names.size(); i++) if (fits.get(i).join()) some.add(names.get(i));
            return some;
        });
    }

    private CompletionStage<Boolean> fits(Group group, String name) {
        if (group == Group.DISABLED) {
            return parts().enrolment().credentials(name).thenApply(found -> found != null && found.disabled());
        }
        return parts().directory().ask(name, new Request.Sessions()).thenApply(sessions -> {
            boolean active = sessions.stream().anyMatch(SessionInfo::active);
            return switch (group) {
                case ACTIVE -> active;
                case IDLE -> !sessions.isEmpty() && !active;
                default -> !sessions.isEmpty();
            };
        });
    }

    // ---- texts -----------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Integer> announce(String text, boolean all) {
        return deliver(all ? Group.REGISTERED : Group.ONLINE, text, newId());
    }

    private CompletionStage<Integer> deliver(Group group, String text, String id) {
        return list(group, Integer.MAX_VALUE).thenCompose(accounts -> {
            CompletionStage<Boolean> done = now(true);
            for (var account : accounts) done = done.thenCompose(_ -> deliver(local(account), text, id));
            return done.thenApply(_ -> accounts.size());
        });
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private CompletionStage<Boolean> deliver(String name, String text, String id) {
        var message = Element.build(Stanza.CLIENT, "message")
                .attribute("type", "normal")
                .attribute("id", id)
                .child("subject", domain)
                .child("body", text)
                .build();
        var from = Jid.of(null, domain, null);
        var to = Jid.of(name, domain, null);
        return parts().directory().ask(name, new Request.Deliver(Stanza.of(Stanza.Kind.MESSAGE, from, to, message)));
    }

    @Override
    public CompletionStage<String> text(String name) {
        return parts().shelf().row(TEXTS, name).thenApply(row -> row == null ? "" : string(row));
    }

    private static String string(byte[] row) {
        return new String(row, StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<Void> setText(String name, String text) {
        return parts().shelf().put(TEXTS, name, text.isEmpty() ? null : bytes(text));
    }

    @Override
    public @Nullable Motd motd() {
        return motd;
    }

    @Override
    public CompletionStage<Void> setMotd(String text, boolean anew) {
        var before = motd;
        var next = text.isEmpty() ? null : new Motd(text, before == null || anew ? "motd-" + newId() : before.id());
        return parts().shelf()
                .putAll(List.of(
                        new ServerShelf.Row(TEXTS, MOTD, next == null ? null : bytes(next.text())),
                        new ServerShelf.Row(TEXTS, MOTD_ID, next == null ? null : bytes(next.id()))))
                .thenAccept(_ -> motd = next);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<Integer> tellMotd(@Nullable Jid account) {
        var told = motd;
        if (told == null) return now(0);
        if (account == null) return deliver(Group.ONLINE, told.text(), told.id());
        return deliver(local(account), told.text(), told.id()).thenApply(done -> done ? 1 : 0);
    }

    // ---- administrators --------------------------------------------------------------------------------------------

    @Override
    public List<Jid> administrators() {
        var names = new TreeSet<>(configured);
        names.addAll(added);
        return names.stream().map(Jid::parse).filter(Objects::nonNull).toList();
    }

    @Override
    public CompletionStage<@Nullable StanzaError> setAdministrators(List<Jid> accounts) {
        for (var account : accounts) if (name(account) == null) return now(ELSEWHERE);
        var wanted = names(accounts);
        var rows = new ArrayList<ServerShelf.Row>();
        for (var name : added) if (!wanted.contains(name)) rows.add(new ServerShelf.Row(ADMINS, name, null));
        for (var name : wanted) rows.add(new ServerShelf.Row(ADMINS, name, PRESENT));
        return parts().shelf().putAll(rows).thenApply(_ -> {
            added = Set.copyOf(wanted);
            return null;
        });
    }

    // ---- lists -----------------------------------------------------------------------------------------------------

    private static String shelf(Listed list) {
        return list == Listed.BLACK ? "blacklist" : "whitelist";
    }

    @Override
    public List<Jid> listed(Listed list) {
        return (list == Listed.BLACK ? blacklist : whitelist)
                .stream().sorted().map(Jid::parse).filter(Objects::nonNull).toList();
    }

    @Override
    public CompletionStage<Void> setListed(Listed list, List<Jid> jids) {
        var names = new TreeSet<String>();
        for (var jid : jids) names.add(jid.toString());
        var rows = new ArrayList<ServerShelf.Row>();
        for (var jid : listed(list)) rows.add(new ServerShelf.Row(shelf(list), jid.toString(), null));
        for (var name : names) rows.add(new ServerShelf.Row(shelf(list), name, PRESENT));
        return parts().shelf().putAll(rows).thenAccept(_ -> {
            if (list == Listed.BLACK) blacklist = Set.copyOf(names);
            else whitelist = Set.copyOf(names);
        });
    }

    @Override
    public boolean isBlacklisted(Jid address) {
        var black = blacklist;
        if (black.isEmpty() || isAdministrator(address)) return false;
        return black.contains(address.domain())
                || black.contains(address.bare().toString())
                || (address.isFull() && black.contains(address.toString()));
    }

    @Override
    public void shutDown(int delaySeconds, boolean again) {
        var end = parts().shutDown();
        CompletableFuture.delayedExecutor(delaySeconds, TimeUnit.SECONDS).execute(() -> end.accept(again ? AGAIN : 0));
    }

    private static <T> CompletionStage<T> now(@Nullable T value) {
        return CompletableFuture.completedStage(value);
    }
}
