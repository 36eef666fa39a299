package im.kith.server.feature.pubsub;

import im.kith.server.feature.Owner;
import im.kith.xmpp.Capabilities;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.Tag;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which nodes' events a client wants: the features `NODE+notify` behind the hash in its presence (XEP-0163 §4.3.3,
/// XEP-0115 §5). A hash is asked about once, whoever shows it; an answer that does not match the hash counts for the
/// one device that gave it. What is known here is forgotten when it is too much, and asked for again.
///
/// Thread-safe: all accounts share it.
final class Interests {

    private static final Tag CAPS = new Tag(Capabilities.NAMESPACE, "c");
    private static final String SUFFIX = "+notify";
    private static final int MOST_KNOWN = 2000;
    private static final int MOST_NODES = 64;
    private static final int MOST_CHARS = 256;

    private final Map<String, Set<String>> known = new ConcurrentHashMap<>();

    /// Called with the nodes that a device wants, once they are known.
    @FunctionalInterface
    interface Learned {
        void wants(Jid device, Set<String> nodes);
    }

    /// Whether the device that shows this presence wants the node's events. No, as long as it is not known.
    boolean wants(Jid device, @Nullable Element presence, String node) {
        var nodes = presence == null ? null : of(device, presence);
        return nodes != null && nodes.contains(node);
    }

    private @Nullable Set<String> of(Jid device, Element presence) {
        var key = key(presence);
        if (key == null) return null;
        var nodes = known.get(key);
        return nodes == null ? known.get(device + " " + key) : nodes;
    }

    /// What stands for all that the client can do, null when it does not say.
    static @Nullable String key(Element presence) {
        var caps = presence.child(CAPS);
        if (caps == null) return null;
        var hash = caps.attribute("hash");
        var ver = caps.attribute("ver");
        if (hash == null || ver == null || hash.length() + ver.length() > MOST_CHARS) return null;
        return hash + " " + ver;
    }

    /// Finds out what the device wants and tells `then`, at once or when it has answered.
    void learn(Jid device, Element presence, Owner owner, Learned then) {
        var caps = presence.child(CAPS);
        var key = key(presence);
        if (caps == null || key == null) return;
        var nodes = of(device, presence);
        if (nodes != null) {
            then.wants(device, nodes);
            return;
        }
        var hash = caps.attribute("hash", "");
        var ver = caps.attribute("ver", "");
        var query = Element.build(Capabilities.DISCO_INFO, "query")
                .attribute("node", caps.attribute("node", "") + "#" + ver)
                .build();
        owner.ask(device, query, answer -> {
            var info = answered(answer);
            if (info == null) return;
            var wanted = wanted(info);
            if (known.size() >= MOST_KNOWN) known.clear();
            boolean verified = Capabilities.isVerified(info, hash, ver);
            known.put(verified ? key : device + " " + key, wanted);
            then.wants(device, wanted);
        });
    }

    private static @Nullable Element answered(Stanza answer) {
        var info = answer.type().equals("result") ? answer.payload() : null;
        return info != null && info.is(Capabilities.DISCO_INFO, "query") ? info : null;
    }

    private static Set<String> wanted(Element info) {
        var nodes = new TreeSet<String>();
        for (var child : info.children()) {
            var feature = child.attribute("var", "");
            if (!child.name().equals("feature") || !feature.endsWith(SUFFIX)) continue;
            if (feature.length() <= MOST_CHARS && nodes.size() < MOST_NODES) {
                nodes.add(feature.substring(0, feature.length() - SUFFIX.length()));
            }
        }
        return Set.copyOf(nodes);
    }
}
