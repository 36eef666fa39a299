package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.server.room.Rooms;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The promise in a group and in its community under a seed: the real rooms, accounts and store, with members who come
/// and go, links that break and a process that dies at any moment. How many, and which: [Seeds].
class GroupSimulationTest {

    private static final String GROUP = "family@groups." + SimWorld.DOMAIN;
    /// The announcement channel of the community that the group is in.
    private static final String CHANNEL = "news@groups." + SimWorld.DOMAIN;
    private static final String ADMIN = "http://jabber.org/protocol/muc#admin";

    @Test
    void what_was_said_in_a_group_reaches_every_member_once_and_in_order_whatever_breaks() {
        Seeds.play(5, GroupSimulationTest::play);
    }

    private static void play(long seed, boolean aloud) {
        long keepMillis = seed % 3 == 0 ? 0 : 90L * 86_400_000;
        // In every other world inboxes are soon full, and what the group says has to wait for room.
        var world = seed % 2 == 0
                ? new SimWorld(seed, keepMillis, 2 + (int) (seed % 12), List.of(new Rooms()))
                : new SimWorld(seed, keepMillis, List.of(new Rooms()));
        for (var name : List.of("alice", "bob", "carol", "dave")) world.create(name);
        var alice = new SimClient(world, "alice", "phone", "alice-phone", true).withGroups();
        var bob = new SimClient(world, "bob", "phone", "bob-phone", true).withGroups();
        var desk = new SimClient(world, "bob", "desk", "bob-desk", true).withGroups();
        // Comes and goes as a member.
        var carol = new SimClient(world, "carol", "phone", "carol-phone", true).withGroups();
        // A plain client without opting in.
        var plain = new SimClient(world, "alice", "plain", "alice-plain", true);
        var clients = List.of(alice, bob, desk, carol, plain);
        try {
            for (var client : clients) client.connect();
            read(world, clients);
            alice.asks(GROUP, create());
            read(world, clients);
            alice.asks(CHANNEL, announcing());
            read(world, clients);
            alice.asks(
                    CHANNEL,
                    Element.build(Groups.NAMESPACE, "include")
                            .attribute("group", GROUP)
                            .build());
            read(world, clients);
            int steps = 100 + world.random.nextInt(200);
            for (int i = 0; i < steps; i++) step(world, clients);
            world.log.add("--- the world is mended");
            new SimCrowd(world, clients).comeToRest();
            for (var receiver : List.of(alice, bob, desk)) {
                for (var sender : List.of(alice, bob, desk)) verify(receiver, sender, GROUP);
                verify(receiver, alice, CHANNEL);
            }
            for (var sender : List.of(alice, bob, desk)) inOrder(carol, sender, GROUP);
            inOrder(carol, alice, CHANNEL);
            assertEquals(0, plain.got.size(), "a device that has not opted in got something");
        } catch (RuntimeException | AssertionError fault) {
            if (aloud) world.log.forEach(System.out::println);
            throw fault;
        }
    }

    private static void read(SimWorld world, List<SimClient> clients) {
        world.settle();
        for (int i = 0; i < 20; i++) {
            for (var client : clients) client.read();
            world.settle();
        }
    }

    private static Element create() {
        var create = Element.build(Groups.NAMESPACE, "create").child("name", "Family");
        for (var name : List.of("bob", "carol")) {
            create.child("member", member -> member.attribute("jid", name + "@" + SimWorld.DOMAIN));
        }
        return create.build();
    }

    private static Element announcing() {
        return Element.build(Groups.NAMESPACE, "create")
                .child("name", "News")
                .child(DataForm.build(DataForm.Type.SUBMIT, "http://jabber.org/protocol/muc#roomconfig")
                        .field("{urn:kith:groups:0}announces", "1")
                        .build()
                        .toElement())
                .build();
    }

    private static Element affiliate(String name, String affiliation) {
        return Element.build(ADMIN, "query")
                .child("item", item -> item.attribute("jid", name + "@" + SimWorld.DOMAIN)
                        .attribute("affiliation", affiliation))
                .build();
    }

    private static void step(SimWorld world, List<SimClient> clients) {
        var random = world.random;
        var one = clients.get(random.nextInt(clients.size()));
        var speaker = clients.get(random.nextInt(3));
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4 -> speaker.sayIn(GROUP);
            case 5, 6, 7, 8 -> one.read();
            case 9 -> one.askForAck();
            case 10 -> one.acknowledge();
            case 11 -> one.flap();
            case 12 -> {
                if (!one.isConnected()) one.connect();
            }
            case 13 -> one.clog(random.nextBoolean());
            case 14 -> clients.getFirst().asks(GROUP, affiliate("carol", random.nextBoolean() ? "member" : "none"));
            case 15 -> world.strike();
            case 16 -> clients.getFirst().sayIn(CHANNEL);
            default -> world.step();
        }
    }

    private static void verify(SimClient receiver, SimClient sender, String group) {
        var expected = IntStream.rangeClosed(1, sender.sentTo(group)).boxed().toList();
        assertEquals(expected, heard(receiver, sender, group), "what " + receiver + " heard of " + sender);
    }

    private static List<Integer> heard(SimClient receiver, SimClient sender, String group) {
        return receiver.got.getOrDefault(sender.bookedAs(group), List.of());
    }

    private static void inOrder(SimClient receiver, SimClient sender, String group) {
        var got = heard(receiver, sender, group);
        var sorted = new ArrayList<>(got.stream().distinct().toList());
        sorted.sort(null);
        assertEquals(sorted, got, "what " + receiver + " heard of " + sender);
    }
}
