package im.kith.server.stream;

import im.kith.server.account.Event;
import im.kith.server.account.Inlet;
import im.kith.server.net.Connection;
import im.kith.server.net.Conversation;
import im.kith.server.net.Greeter;

/// One event loop's streams: where their events go, collected over a turn of the loop. On its loop's thread only.
final class Reception implements Greeter {

    private final Terms terms;
    private final Inlet inlet;
    private boolean told;

    Reception(Terms terms) {
        this.terms = terms;
        this.inlet = terms.directory().inlet();
    }

    Terms terms() {
        return terms;
    }

    void tell(Event event) {
        told = true;
        inlet.add(event);
    }

    @Override
    public Conversation greet(Connection connection) {
        return new Negotiation(this, connection);
    }

    @Override
    public void turnEnds() {
        if (!told) return;
        told = false;
        inlet.flush();
    }
}
