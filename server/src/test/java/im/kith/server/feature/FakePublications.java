package im.kith.server.feature;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The nodes of one account in memory; one of avatars keeps one item.
public final class FakePublications implements Publications {

    public final Map<String, Map<String, Element>> nodes = new HashMap<>();
    /// Whether strangers may see what there is.
    public boolean isClosed;

    private final List<BiConsumer<String, Owner>> listeners = new ArrayList<>();

    /// A client publishes.
    public void says(String node, String id, Element payload, Owner owner) {
        publish(owner, node, id, payload, Map.of());
        for (var listener : listeners) listener.accept(node, owner);
    }

    @Override
    public Reply open(Owner owner, Supplier<Reply> then) {
        return then.get();
    }

    @Override
    public boolean has(Owner owner, String node) {
        return nodes.containsKey(node);
    }

    @Override
    public @Nullable Element item(Owner owner, String node, @Nullable String id) {
        var items = nodes.getOrDefault(node, Map.of());
        return id == null ? items.values().stream().findFirst().orElse(null) : items.get(id);
    }

    @Override
    public boolean isVisible(Owner owner, String node, Jid viewer, boolean orPresence) {
        return !isClosed || owner.owns(viewer);
    }

    @Override
    public List<String> ids(Owner owner, String node) {
        return List.copyOf(nodes.getOrDefault(node, Map.of()).keySet());
    }

    @Override
    public boolean publish(Owner owner, String node, String id, Element payload, Map<String, String> config) {
        var items = nodes.computeIfAbsent(node, name -> new LinkedHashMap<>());
        if (node.contains("avatar")) items.clear();
        items.put(id, payload);
        return true;
    }

    @Override
    public void retract(Owner owner, String node, String id) {
        nodes.getOrDefault(node, new HashMap<>()).remove(id);
    }

    @Override
    public void onChange(BiConsumer<String, Owner> listener) {
        listeners.add(listener);
    }
}
