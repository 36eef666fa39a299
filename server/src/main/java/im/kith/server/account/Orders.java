package im.kith.server.account;

import im.kith.store.Body;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Carries out what comes from outside any session: sign-up and operators ([Request]). Answers once it is kept.
final class Orders {

    /// The shelf whose row makes an owner an account.
    static final String CREDENTIALS = "credentials";

    private static final String LOGIN = "login";

    private final Account account;

    Orders(Account account) {
        this.account = account;
    }

    @SuppressWarnings("unchecked")
    <T> void carryOut(Request<T> request, CompletableFuture<T> answer) {
        if (request instanceof Request.Query(var type, var payload)) {
            account.iqs.ask(
                    type, payload, element -> account.partition.turn().then(() -> answer.complete((T) element)));
            return;
        }
        Object result =
                switch (request) {
                    case Request.Create create -> create(create.credentials());
                    case Request.ReplaceCredentials replace -> replace(replace.credentials(), replace.farewell());
                    case Request.UpdateCredentials update -> update(update.credentials());
                    case Request.Remove remove -> remove(remove.farewell());
                    case Request.Sessions ignored -> sessions();
                    case Request.Kick kick -> account.devices.closeAll(kick.resource(), kick.farewell());
                    case Request.PutRow put -> putRow(put.shelf(), put.key(), put.value());
                    case Request.KickDevice kick -> kickDevice(kick.deviceId(), kick.farewell());
                    case Request.PutHotRow put -> putHotRow(put.shelf(), put.key(), put.value());
                    case Request.Deliver deliver -> deliver(deliver.stanza());
                    case Request.Describe ignored -> describe();
                    case Request.SubscriptionRequests ignored -> subscriptionRequests();
                    case Request.PutContact put -> putContact(put.item());
                    case Request.PutPast put -> putPast(put.messages());
                    case Request.Query query -> throw new IllegalArgumentException("answered above: " + query);
                };
        account.partition.turn().then(() -> answer.complete((T) result));
    }

    private boolean create(byte[] credentials) {
        if (account.exists()) return false;
        write(credentials);
        return true;
    }

    private boolean replace(byte[] credentials, StreamError farewell) {
        boolean existed = account.exists();
        write(credentials);
        account.devices.closeAll(null, farewell);
        account.devices.forgetStreams();
        return existed;
    }

    private boolean update(byte[] credentials) {
        if (!account.exists()) return false;
        write(credentials);
        return true;
    }

    private void write(byte[] credentials) {
        account.exists(true);
        account.partition.turn().commit.put(account.name, CREDENTIALS, LOGIN, credentials);
    }

    boolean remove(StreamError farewell) {
        if (!account.exists()) return false;
        Subscriptions.endAll(account);
        account.groups.leaveAll();
        account.devices.closeAll(null, farewell);
        var turn = account.partition.turn();
        turn.commit.erase(account.name);
        // What others keep of it goes too, if need be after a restart.
        turn.commit.put(Removals.OWNER, Removals.SHELF, account.name, new byte[] {1});
        var removals = account.site.removals;
        turn.then(() -> removals.removed(account.name));
        account.forget();
        return true;
    }

    private List<Request.SessionInfo> sessions() {
        var infos = new ArrayList<Request.SessionInfo>();
        for (var device : account.devices.all()) {
            var stream = device.acks;
            var link = device.link;
            infos.add(new Request.SessionInfo(
                    device.resource(),
                    device.name.isEmpty() ? null : device.name,
                    device.connectedMillis,
                    account.nowMillis() - device.heardMillis,
                    stream != null,
                    device.isActive(),
                    device.priority(),
                    stream == null ? 0 : stream.unacked(),
                    link == null ? 0 : link.timesSlowed()));
        }
        return infos;
    }

    private int kickDevice(String deviceId, StreamError farewell) {
        int ended = 0;
        for (var device : List.copyOf(account.devices.all())) {
            if (device.key.equals("d:" + deviceId)) ended += account.devices.closeAll(device.resource(), farewell);
        }
        return ended;
    }

    private boolean putHotRow(String name, String key, byte @Nullable [] value) {
        if (!account.exists()) return false;
        var shelf = account.shelf(name);
        if (value == null) shelf.remove(key);
        else shelf.put(key, value);
        return true;
    }

    private boolean deliver(Stanza stanza) {
        if (!account.exists()) return false;
        account.incoming.arrived(new Handover(account.name, stanza, null, null));
        return true;
    }

    private Request.Description describe() {
        var roster = Element.build(Roster.NAMESPACE, "query");
        int contacts = 0;
        for (var item : Roster.of(account).items()) {
            roster.child(item.toElement());
            contacts++;
        }
        var resources = new ArrayList<String>();
        for (var device : account.devices.all()) resources.add(device.resource());
        return new Request.Description(
                account.exists(),
                account.lastSeenMillis(),
                roster.build(),
                contacts,
                resources,
                account.devices.cursors.taken());
    }

    private List<Element> subscriptionRequests() {
        var requests = new ArrayList<Element>();
        for (var row : Roster.of(account).rows()) {
            if ((RosterItem.flags(row.getValue()) & RosterItem.PENDING_IN) == 0) continue;
            var request = RosterItem.decode(Roster.jidOf(row), row.getValue()).request();
            if (request != null) requests.add(request);
        }
        return requests;
    }

    private boolean putContact(Element item) {
        var jid = Jid.parse(item.attribute("jid", ""));
        if (!account.exists() || jid == null || !item.is(Roster.NAMESPACE, "item")) return false;
        var roster = Roster.of(account);
        var known = roster.itemOrNew(jid.bare());
        if (!known.visible() && !roster.hasRoom()) return false;
        var subscription = item.attribute("subscription", "none");
        boolean both = subscription.equals("both");
        var state = SubscriptionState.of(
                both || subscription.equals("to"),
                both || subscription.equals("from"),
                "subscribe".equals(item.attribute("ask")),
                known.state().pendingIn());
        var groups = new ArrayList<String>();
        for (var child : item.children()) if (child.is(Roster.NAMESPACE, "group")) groups.add(child.text());
        roster.put(known.with(state)
                .named(item.attribute("name", ""), groups)
                .withApproved("true".equals(item.attribute("approved"))));
        return true;
    }

    private boolean putPast(List<Request.PastMessage> messages) {
        if (!account.exists()) return false;
        account.devices.cursors.passing(() -> {
            for (var message : messages) {
                var body = new Body(XmlWriter.toBytes(message.message(), Stanza.CLIENT));
                account.appendPast(
                        message.millis(), Filed.ARCHIVED, message.peer().toString(), body);
            }
        });
        return true;
    }

    private boolean putRow(String shelf, String key, byte @Nullable [] value) {
        if (!account.exists()) return false;
        account.putCold(shelf, key, value);
        return true;
    }
}
