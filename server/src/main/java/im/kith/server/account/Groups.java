package im.kith.server.account;

import im.kith.server.feature.Privacy;
import im.kith.store.Scan;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The groups that an account is in without joining, and their messages in its inbox (docs/protocol/groups.md).
///
/// ```
/// hot shelf "groups": the group's address → affiliation, nickname, hash of the picture, number of the newest message
///                     when the row was written, name; one a line
/// inbox entry:        flags GROUP, peer = the group, key = the message's number in the group, body = the group's own
/// ```
///
/// A group's numbers rise, and its messages come in order; so one that comes again after a crash is known by its
/// number.
final class Groups {

    static final String NAMESPACE = "urn:kith:groups:0";
    static final String SHELF = "groups";

    private static final long RETRY_MILLIS = 500;
    private static final StanzaError UNREADABLE = StanzaError.of(
            StanzaError.Condition.RESOURCE_CONSTRAINT, "The store does not answer; try again in a while.");

    /// What the account knows of a group.
    private record Row(String affiliation, String nick, String picture, long newest, String name) {

        byte[] encoded() {
            return String.join("\n", affiliation, nick, picture, Long.toString(newest), name)
                    .getBytes(StandardCharsets.UTF_8);
        }

        static Row decoded(byte[] row) {
            var parts = new String(row, StandardCharsets.UTF_8).split("\n", 5);
            if (parts.length != 5) throw new IllegalStateException("the row of a group is damaged");
            return new Row(parts[0], parts[1], parts[2], Long.parseLong(parts[3]), parts[4]);
        }

        Row affiliation(String now) {
            return new Row(now, nick, picture, newest, name);
        }

        Row nick(String now) {
            return new Row(affiliation, now, picture, newest, name);
        }

        Row picture(String now) {
            return new Row(affiliation, nick, now, newest, name);
        }

        Row newest(long now) {
            return new Row(affiliation, nick, picture, now, name);
        }

        Row name(String now) {
            return new Row(affiliation, nick, picture, newest, now);
        }
    }

    /// The number of a group's newest message.
    private static final class Newest {
        long number;
    }

    private final Account account;
    final Arrears arrears;
    /// The newest message of each group that was filed or waits, as far as it is known.
    private @Nullable Map<String, Newest> newest;

    Groups(Account account) {
        this.account = account;
        this.arrears = new Arrears(account, this);
    }

    // ---- into the inbox --------------------------------------------------------------------------------------------

    /// A message of a group comes for the inbox; `done` runs in the turn that files it.
    void arrived(Fanout fanout, Runnable done) {
        account.touch();
        if (!account.exists()) {
            part(fanout.group, false);
            done.run();
        } else if (!fanout.again) {
            file(fanout);
            done(fanout, done);
        } else {
            again(fanout, done);
        }
    }

    private void again(Fanout fanout, Runnable done) {
        account.pause(newestInLog(fanout.group), found -> {
            if (found == null) {
                account.partition.timer(account, RETRY_MILLIS, now -> arrived(fanout, done));
                return;
            }
            var row = row(fanout.group);
            long filed = Math.max(found, row == null ? 0 : row.newest());
            var known = newest(fanout.group);
            known.number = Math.max(known.number, Math.max(filed, arrears.waitsUpTo(fanout.group)));
            file(fanout);
            done(fanout, done);
        });
    }

    private void done(Fanout fanout, Runnable done) {
        if (arrears.isEmpty() || fanout.events().stream().noneMatch(Groups::isEnd)) done.run();
        else arrears.finish(fanout.group, done);
    }

    private static boolean isEnd(Element event) {
        return event.attribute("kind", "").equals("destroyed");
    }

    private CompletionStage<Long> newestInLog(String group) {
        var scan = new Scan(0, Long.MAX_VALUE, 0, Long.MAX_VALUE, Filed.GROUP, group, 1, true);
        return account.site
                .store
                .read(account.name, scan)
                .thenApply(found -> found.isEmpty() ? 0L : found.getFirst().key());
    }

    private void file(Fanout fanout) {
        long number = fanout.entry.seq();
        var known = newest(fanout.group);
        if (known.number >= number) return;
        known.number = number;
        if (!learn(fanout)) return;
        if (arrears.has(fanout.group) || !account.devices.cursors.hasRoom()) {
            arrears.skipped(fanout.group, number, fanout.hasEvents(account.bare), parts(fanout));
        } else {
            append(fanout);
        }
    }

    /// Whether the account is no member any more once it has this.
    boolean parts(Fanout fanout) {
        for (var event : fanout.eventsOf(account.bare)) {
            var kind = event.attribute("kind", "");
            if (kind.equals("removed") || kind.equals("left")) return true;
        }
        return fanout.events().stream().anyMatch(Groups::isEnd);
    }

    /// The number of the group's newest message that has come here.
    long seen(String group) {
        return newest(group).number;
    }

    /// All up to this number has come.
    void sawAll(String group, long number) {
        var known = newest(group);
        known.number = Math.max(known.number, number);
    }

    /// Into the log, and to the devices that follow it.
    void append(Fanout fanout) {
        long number = fanout.entry.seq();
        var devices = account.devices.all();
        var marks = Marks.begin();
        for (int i = 0; i < devices.size(); i++) {
            var device = devices.get(i);
            var stream = device.acks;
            if (stream != null && gets(device)) marks.add(stream.tag, device.nextSlot(stream));
        }
        var entry =
                account.append(Filed.GROUP, fanout.group, number, marks.head(null), fanout.entry.body(), false, null);
        account.devices.cursors.arrived();
        for (int i = 0; i < devices.size(); i++) {
            var device = devices.get(i);
            if (gets(device)) device.feed.send(entry.seq(), fanout.live);
            else device.feed.missed(entry.seq(), device.groups);
        }
        if (account.name.equals(fanout.author)) return;
        for (var notice : account.site.features.notices()) notice.kept(fanout.stanza, account);
    }

    private static boolean gets(Device device) {
        return device.groups && device.takesMessages() && device.feed.follows();
    }

    /// What is told and not kept, to the devices that are here.
    void overheard(byte[] stanza) {
        for (var device : account.devices.all()) {
            if (device.groups && device.takesMessages() && device.link != null) device.sendVolatile(stanza);
        }
    }

    // ---- what the account knows of its groups ----------------------------------------------------------------------

    private Newest newest(String group) {
        var known = newest;
        if (known == null) {
            known = new HashMap<>(4);
            newest = known;
        }
        return known.computeIfAbsent(group, key -> new Newest());
    }

    private @Nullable Row row(String group) {
        var rows = account.rows(SHELF);
        var row = rows == null ? null : rows.get(group);
        return row == null ? null : Row.decoded(row);
    }

    private void put(String group, Row row) {
        account.shelf(SHELF).put(group, row.encoded());
    }

    /// Takes in what the message tells of the group and of the account in it. False if the account is made a member
    /// by somebody whom it does not let.
    boolean learn(Fanout fanout) {
        for (var event : fanout.eventsOf(account.bare)) {
            var row = row(fanout.group);
            switch (event.attribute("kind", "")) {
                case "added" -> {
                    if (row == null && !fanout.again && !lets(event, fanout.group)) {
                        part(fanout.group, true);
                        return false;
                    }
                    put(
                            fanout.group,
                            new Row(
                                    event.attribute("affiliation", "member"),
                                    oneLine(event.attribute("nick", "")),
                                    event.attribute("picture", ""),
                                    fanout.entry.seq(),
                                    oneLine(event.attribute("name", ""))));
                }
                case "affiliation" -> {
                    if (row != null) put(fanout.group, row.affiliation(event.attribute("affiliation", "member")));
                }
                case "nick" -> {
                    if (row != null) put(fanout.group, row.nick(oneLine(event.attribute("nick", ""))));
                }
                case "removed", "left" -> account.shelf(SHELF).remove(fanout.group);
                default -> {}
            }
        }
        for (var event : fanout.events()) {
            var row = row(fanout.group);
            if (row == null) continue;
            switch (event.attribute("kind", "")) {
                case "name" -> put(fanout.group, row.name(oneLine(event.attribute("value", ""))));
                case "picture" -> put(fanout.group, row.picture(event.attribute("hash", "")));
                case "destroyed" -> account.shelf(SHELF).remove(fanout.group);
                default -> {}
            }
        }
        return true;
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }

    /// Whether the account's choice of who may add it to groups says yes, and an invitation by that person would come
    /// through.
    private boolean lets(Element event, String group) {
        var by = Jid.parse(event.attribute("by", ""));
        if (by == null || account.owns(by)) return true;
        if (!Privacy.shows(account, Privacy.Thing.GROUPS_ADD, by)) return false;
        var invitation = Element.build(Stanza.CLIENT, "message")
                .child(Element.build("jabber:x:conference", "x")
                        .attribute("jid", group)
                        .build())
                .build();
        return account.admits(Stanza.of(Stanza.Kind.MESSAGE, by, account.jid, invitation));
    }

    /// Tells the group that this account is no member of it, since there is none or it does not want to.
    private void part(String group, boolean declined) {
        var site = account.site;
        var jid = account.jid;
        account.partition
                .turn()
                .then(() ->
                        site.neighbours.post(site.neighbours.partitionOf(group), new Partition.Call(group, resident -> {
                            if (resident instanceof Tenancy tenancy) tenancy.parted(jid, declined);
                        })));
    }

    /// Leaves all groups, since the account goes.
    void leaveAll() {
        var rows = account.rows(SHELF);
        if (rows != null) for (var group : List.copyOf(rows.keySet())) part(group, false);
    }

    /// Entries are about to go: what tells a message that comes again must not go with them.
    void flush() {
        var known = newest;
        if (known == null) return;
        known.forEach((group, number) -> {
            var row = row(group);
            if (row != null && row.newest() < number.number) put(group, row.newest(number.number));
        });
    }

    // ---- for devices -----------------------------------------------------------------------------------------------

    /// Requests of a device about its groups; true if it was one.
    boolean answer(Stanza iq, Element payload, Device device) {
        if (payload.name().equals("enable") && iq.type().equals("set")) {
            enable(device);
            device.send(iq.result(null));
            return true;
        }
        if (payload.name().equals("groups") && iq.type().equals("get")) {
            list(iq, device);
            return true;
        }
        return false;
    }

    /// The device gets groups with its stream from now on.
    void enable(Device device) {
        device.groups = true;
        account.devices.persist(device);
    }

    private void list(Stanza iq, Device device) {
        var rows = account.rows(SHELF);
        CompletionStage<Map<String, Long>> last = CompletableFuture.completedStage(new HashMap<>());
        for (var group : rows == null ? List.<String>of() : List.copyOf(rows.keySet())) {
            if (newest != null && newest.containsKey(group)) continue;
            last = last.thenCombine(newestInLog(group), (map, number) -> {
                map.put(group, number);
                return map;
            });
        }
        account.partition.later(account, last, (found, fault) -> {
            if (found == null) device.send(iq.error(UNREADABLE));
            else device.send(iq.result(list(found)));
        });
    }

    private Element list(Map<String, Long> last) {
        var list = Element.build(NAMESPACE, "groups");
        account.shelf(SHELF).all().forEach((group, value) -> {
            var row = Row.decoded(value);
            var known = newest == null ? null : newest.get(group);
            long filed = known == null ? Objects.requireNonNullElse(last.get(group), 0L) : known.number;
            long number = Math.max(row.newest(), filed);
            list.child("group", one -> one.attribute("jid", group)
                    .attribute("name", row.name())
                    .attribute("nick", row.nick())
                    .attribute("affiliation", row.affiliation())
                    .attribute("picture", row.picture().isEmpty() ? null : row.picture())
                    .attribute("last", ArchiveId.of(number)));
        });
        return list.build();
    }
}
