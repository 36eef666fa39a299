package im.kith.server.account;

import im.kith.server.feature.Manifest;
import im.kith.store.Body;
import im.kith.store.Entry;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.XmlWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A small service for tests: notice boards. Who shows a board its presence is told of what is said to it; what is
/// said in private is passed on durably to the account that the resource names; `Fall!` makes the board stumble.
final class Notices implements Service {

    @Override
    public Manifest manifest() {
        return Manifest.of("notices").hosting("notices", "Boards").build();
    }

    @Override
    public String label() {
        return "notices";
    }

    @Override
    public List<String> hotShelves() {
        return List.of("board");
    }

    @Override
    public int entriesAtWaking() {
        return 10;
    }

    @Override
    public Tenant tenant(@Nullable String local, Home home) {
        return new Board(home);
    }

    private static final class Board implements Tenant {
        private final Home home;
        private final Set<Jid> watching = new LinkedHashSet<>();
        private final List<String> said = new ArrayList<>();

        Board(Home home) {
            this.home = home;
        }

        @Override
        public void awake(List<Entry> newest) {
            for (var entry : newest) said.add(entry.peer());
        }

        @Override
        public void arrived(Stanza stanza) {
            var from = stanza.from();
            var to = stanza.to();
            if (from == null || to == null) return;
            if (stanza.isPresence()) {
                if (stanza.type().equals("available")) watching.add(from);
                else watching.remove(from);
                home.broadcast(Stanza.of(Stanza.Kind.PRESENCE, home.jid(), null, number()), List.copyOf(watching));
            } else if (stanza.isIq()) {
                if (stanza.isRequest()) home.send(stanza.result(Element.text("test", "said", said.toString())));
            } else if (to.isFull()) {
                var local = to.resource();
                var account = Jid.of(local, home.server().domain(), null);
                home.sendDurably(Stanza.of(Stanza.Kind.MESSAGE, home.jid(), account, stanza.element()));
            } else {
                say(stanza, from);
            }
        }

        private void say(Stanza message, Jid from) {
            if (message.isError()) return;
            var body = message.element().childText(Stanza.CLIENT, "body");
            if ("Fall!".equals(body)) throw new IllegalStateException("asked to fall");
            if (!watching.contains(from)) {
                home.refuse(message, StanzaError.of(Condition.FORBIDDEN));
                return;
            }
            var copy = Stanza.of(Stanza.Kind.MESSAGE, home.jid(), null, message.element());
            home.append(new Body(XmlWriter.toBytes(copy.element(), Stanza.CLIENT)), true, String.valueOf(body), 0);
            said.add(String.valueOf(body));
            home.broadcast(copy, List.copyOf(watching));
        }

        private Element number() {
            return Element.build(Stanza.CLIENT, "presence")
                    .child("status", Integer.toString(watching.size()))
                    .build();
        }

        @Override
        public boolean isNeeded() {
            return !watching.isEmpty();
        }
    }
}
