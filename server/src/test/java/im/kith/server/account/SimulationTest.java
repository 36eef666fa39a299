package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The promise under a seed: the real account and store code, with links that break, a process that dies before,
/// during and after any write, a disk that fails. How many, and which: [Seeds].
class SimulationTest {

    @Test
    void what_was_acknowledged_is_taken_once_and_in_order_whatever_breaks() {
        Seeds.play(1, SimulationTest::play);
    }

    private static void play(long seed, boolean aloud) {
        var world = new SimWorld(seed, seed % 3 == 0 ? 0 : 90L * 86_400_000);
        for (var name : List.of("alice", "bob", "carol", "dave")) world.create(name);
        var clients = new ArrayList<SimClient>();
        clients.add(new SimClient(world, "alice", "phone", "alice-phone", true));
        clients.add(new SimClient(world, "bob", "phone", "bob-phone", true));
        if (seed % 2 == 0) clients.add(new SimClient(world, "bob", "desk", "bob-desk", true));
        clients.add(new SimClient(world, "carol", "dino", null, true));
        // Without stream management, and only listening: nobody could know what it sent and lost.
        clients.add(new SimClient(world, "dave", "old", null, false));
        try {
            for (var client : clients) client.connect();
            world.settle();
            // All have been there once, so that each device has its cursor from the start.
            for (int i = 0; i < 20; i++) {
                for (var client : clients) client.read();
                world.settle();
            }
            int steps = 100 + world.random.nextInt(200);
            for (int i = 0; i < steps; i++) step(world, clients);
            world.log.add("--- the world is mended");
            new SimCrowd(world, clients).comeToRest();
            verify(clients);
        } catch (RuntimeException | AssertionError fault) {
            if (aloud) world.log.forEach(System.out::println);
            throw fault;
        }
    }

    private static void step(SimWorld world, List<SimClient> clients) {
        var random = world.random;
        var one = clients.get(random.nextInt(clients.size()));
        var other = clients.get(random.nextInt(clients.size()));
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> {
                if (one.acking && !one.account.equals(other.account)) one.say(other);
            }
            case 4 -> {
                if (one.acking && !one.account.equals(other.account)) one.type(other);
            }
            case 5, 6, 7, 8 -> one.read();
            case 9 -> one.askForAck();
            case 10 -> one.acknowledge();
            case 11 -> one.flap();
            case 12 -> {
                if (!one.isConnected()) one.connect();
            }
            case 13 -> one.clog(random.nextBoolean());
            case 14 -> world.strike();
            default -> world.step();
        }
    }

    private static void verify(List<SimClient> clients) {
        for (var receiver : clients) {
            for (var sender : clients) {
                if (sender.account.equals(receiver.account)) continue;
                var got = receiver.got.getOrDefault(sender.account + "/" + sender.resource, List.of());
                var expected = IntStream.rangeClosed(1, sender.sentTo(receiver.account))
                        .boxed()
                        .toList();
                // A client without acknowledgements may get again what it could not confirm, but misses nothing.
                if (!receiver.acking) got = got.stream().distinct().toList();
                assertEquals(expected, got, "what " + receiver + " got from " + sender);
            }
        }
    }
}
