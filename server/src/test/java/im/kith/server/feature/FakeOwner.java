package im.kith.server.feature;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An account as a feature sees it, in memory: tests set what it answers and look at what it was told.
public final class FakeOwner implements Owner {

    public final Jid jid;
    public long nowMillis = 1_767_225_600_000L;
    public long lastSeenMillis;
    public final Map<Jid, Contact> contacts = new HashMap<>();
    public final List<DeviceView> devices = new ArrayList<>();
    public final List<Stanza> sent = new ArrayList<>();
    public final List<Pushed> pushed = new ArrayList<>();
    public final Map<String, TreeMap<String, byte[]>> hot = new HashMap<>();
    public final Map<String, TreeMap<String, byte[]>> cold = new HashMap<>();
    public final List<String> interests = new ArrayList<>();
    /// With what the account was removed, if it was.
    public final List<StreamError> farewells = new ArrayList<>();
    /// When set, reads of cold shelves fail with it.
    public @Nullable RuntimeException trouble;

    /// One push to one device.
    public record Pushed(Jid device, Element payload) {}

    public FakeOwner(String jid) {
        this.jid = jid(jid);
    }

    public static Jid jid(String text) {
        return Objects.requireNonNull(Jid.parse(text), text);
    }

    /// An iq of `type` with this payload from `from`, to `to` if not null.
    public static Stanza iq(String type, String from, @Nullable String to, Element payload) {
        var element = Element.build(Stanza.CLIENT, "iq")
                .attribute("type", type)
                .attribute("id", "q1")
                .child(payload)
                .build();
        return Stanza.of(Stanza.Kind.IQ, jid(from), to == null ? null : jid(to), element);
    }

    @Override
    public void remove(StreamError farewell) {
        farewells.add(farewell);
    }

    @Override
    public Jid jid() {
        return jid;
    }

    @Override
    public Jid server() {
        return jid(jid.domain());
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public boolean owns(@Nullable Jid address) {
        return address != null && address.bare().equals(jid);
    }

    @Override
    public Shelf shelf(String name) {
        return new MemoryShelf(hot.computeIfAbsent(name, shelf -> new TreeMap<>()));
    }

    @Override
    public CompletionStage<byte @Nullable []> coldRow(String shelf, String key) {
        if (trouble != null) return CompletableFuture.failedFuture(trouble);
        return CompletableFuture.completedFuture(
                cold.getOrDefault(shelf, new TreeMap<>()).get(key));
    }

    @Override
    public CompletionStage<SortedMap<String, byte[]>> coldShelf(String shelf) {
        if (trouble != null) return CompletableFuture.failedFuture(trouble);
        return CompletableFuture.completedFuture(new TreeMap<>(cold.getOrDefault(shelf, new TreeMap<>())));
    }

    @Override
    public void putCold(String shelf, String key, byte @Nullable [] value) {
        var rows = cold.computeIfAbsent(shelf, name -> new TreeMap<>());
        if (value == null) rows.remove(key);
        else rows.put(key, value);
    }

    @Override
    public Contact contact(Jid contact) {
        return contacts.getOrDefault(contact.bare(), new Contact(false, false, false, null));
    }

    @Override
    public Iterable<Jid> roster() {
        return contacts.keySet();
    }

    @Override
    public List<DeviceView> devices() {
        return devices;
    }

    @Override
    public void pushToDevices(Element payload, Predicate<DeviceView> which) {
        for (var device : devices) {
            if (which.test(device)) pushed.add(new Pushed(device.jid(), payload));
        }
    }

    @Override
    public void interest(Jid device, String topic) {
        interests.add(device + " " + topic);
    }

    @Override
    public void send(Stanza stanza) {
        sent.add(stanza);
    }

    @Override
    public long lastSeenMillis() {
        return lastSeenMillis;
    }
}
