package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;

/// All clients of a simulated world.
record SimCrowd(SimWorld world, List<SimClient> clients) {

    /// No more faults: everybody comes back, until nothing moves any more.
    void comeToRest() {
        world.crash(false);
        int quiet = 0;
        for (int round = 0; round < 200; round++) {
            int before = received();
            for (var client : clients) {
                client.clog(false);
                if (!client.isConnected()) client.connect();
                client.askForAck();
            }
            world.pass(2_000);
            for (var client : clients) while (client.hasToRead()) client.read();
            world.settle();
            boolean done = received() == before;
            for (var client : clients) done &= client.isOnline() && client.owesNothing();
            quiet = done ? quiet + 1 : 0;
            if (quiet == 5) return;
        }
        fail("the clients do not come to rest: "
                + clients.stream()
                        .filter(client -> !client.isOnline() || !client.owesNothing())
                        .toList());
    }

    private int received() {
        int sum = 0;
        for (var client : clients) for (var list : client.got.values()) sum += list.size();
        return sum;
    }
}
