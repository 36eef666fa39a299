package im.kith.server.feature.pubsub;

import im.kith.server.feature.Owner;
import im.kith.server.feature.Privacy;
import im.kith.server.feature.Shelf;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// An account as a place of nodes (XEP-0163). Valid as long as its [Owner] is; the shelf [#SHELF] must be loaded.
///
/// ```
/// cold shelf "pubsub": see Nodes
/// hot shelf "pep": the names of the nodes → 1, or 2 if their items go with time, so that an account without a node
///   that is asked for reads nothing
/// ```
final class AccountHost implements Host {

    static final String SHELF = "pubsub";
    static final String MARKS = "pep";

    private static final Limits LIMITS = new Limits(300, 5000, 256 * 1024, 1000, 20, 16L << 20);
    private static final byte LASTING = 1;
    private static final byte PASSING = 2;

    private final Owner owner;
    private final Whispers whispers;

    AccountHost(Owner owner, Whispers whispers) {
        this.owner = owner;
        this.whispers = whispers;
    }

    @Override
    public Jid jid() {
        return owner.jid();
    }

    @Override
    public boolean isPersonal() {
        return true;
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    @Override
    public Nodes nodes() {
        return new Nodes(new Marked(this, owner.shelf(SHELF), owner.shelf(MARKS)), true);
    }

    @Override
    public long nowMillis() {
        return owner.nowMillis();
    }

    @Override
    public String newId() {
        return owner.newId();
    }

    @Override
    public boolean isMaster(Jid entity) {
        return owner.owns(entity);
    }

    @Override
    public boolean mayCreate(Jid entity) {
        return owner.owns(entity);
    }

    @Override
    public boolean showsPresenceTo(Node node, Jid entity) {
        return owner.owns(entity) || owner.contact(entity.bare()).subscribedFrom();
    }

    @Override
    public boolean hides(String node, Jid entity) {
        return Privacy.hidesNode(owner, node, entity);
    }

    @Override
    public Element shown(String node, Element element, Jid entity) {
        return Privacy.shown(owner, node, element, entity);
    }

    @Override
    public boolean isInGroup(Node node, Jid entity, List<String> groups) {
        if (owner.owns(entity)) return true;
        for (var group : owner.groups(entity.bare())) if (groups.contains(group)) return true;
        return false;
    }

    @Override
    public void send(Stanza stanza) {
        owner.send(stanza);
    }

    @Override
    public void spread(Node node, Element message, Set<Jid> except) {
        if (!except.contains(owner.jid())) whispers.toOwnDevices(node.name, message, owner);
        var readers = new LinkedHashMap<Element, List<Jid>>();
        for (var contact : owner.watching()) {
            if (except.contains(contact) || Rules.reading(this, node, contact) != null) continue;
            readers.computeIfAbsent(shown(node.name, message, contact), first -> new ArrayList<>())
                    .add(contact);
        }
        readers.forEach((shown, contacts) -> whispers.toContacts(contacts, node.name, shown, owner));
    }

    /// Whether the account has a node whose items go with time; reads nothing.
    static boolean hasPassing(Owner owner) {
        for (var mark : owner.shelf(MARKS).all().values()) if (mark[0] == PASSING) return true;
        return false;
    }

    /// Marks a node's name when its row is written.
    private record Marked(Host host, Shelf rows, Shelf marks) implements Shelf {

        @Override
        public byte @Nullable [] get(String key) {
            return rows.get(key);
        }

        @Override
        public void put(String key, byte[] value) {
            rows.put(key, value);
            if (!Nodes.isNode(key)) return;
            var before = marks.get(key);
            byte mark = mark(Node.decode(key, value, true));
            if (before == null || before[0] != mark) marks.put(key, new byte[] {mark});
        }

        private byte mark(Node node) {
            return Publishing.lifeSeconds(host, node) < Integer.MAX_VALUE ? PASSING : LASTING;
        }

        @Override
        public void remove(String key) {
            rows.remove(key);
            if (Nodes.isNode(key)) marks.remove(key);
        }

        @Override
        public SortedMap<String, byte[]> all() {
            return rows.all();
        }
    }
}
