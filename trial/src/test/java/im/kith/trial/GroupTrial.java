package im.kith.trial;

import im.kith.trial.play.Device;
import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Sent;
import im.kith.trial.play.Trial;
import im.kith.trial.play.User;
import im.kith.trial.play.World;
import java.util.concurrent.atomic.AtomicInteger;

/// Groups that nobody enters (docs/protocol/groups.md), on the wire.
class GroupTrial {

    private static final AtomicInteger GROUPS = new AtomicInteger();

    private final String group = "family" + GROUPS.incrementAndGet() + "@groups." + World.DOMAIN;

    private static Device optsIn(Device device) {
        device.asks("<iq type='set'><enable xmlns='urn:kith:groups:0'/></iq>").isResult();
        return device;
    }

    private void makesTheGroup(Device device, User other) {
        device.asks("<iq type='set' to='" + group
                        + "'><create xmlns='urn:kith:groups:0'><name>Family</name><member jid='" + other.jid()
                        + "'/></create></iq>")
                .isResult();
        device.nextMessage(); // that it was made
    }

    private Sent says(Device device, String text) {
        return device.sends("<message to='" + group + "' type='groupchat'><body>" + text + "</body></message>");
    }

    @Trial
    void members_hear_each_other_without_entering(World world) {
        var alice = optsIn(world.user("alice").device("phone").online());
        var bob = world.user("bob");
        var phone = optsIn(bob.device("phone").online());
        var tablet = optsIn(bob.device("tablet").online());
        makesTheGroup(alice, bob);
        for (var device : new Device[] {phone, tablet}) {
            device.nextMessage(); // that the group was made
            device.nextMessage(); // and the invitation for plain clients
        }
        for (var i = 0; i < 20; i++) {
            says(i % 2 == 0 ? alice : tablet, "line " + i);
            alice.hears("line " + i);
            phone.hears("line " + i);
            tablet.hears("line " + i);
        }
    }

    @Trial
    @OwnServer
    void who_is_away_gets_all_of_it_though_the_server_dies(World world) {
        var alice = optsIn(world.user("alice").device("phone").online());
        var bob = world.user("bob");
        makesTheGroup(alice, bob);
        for (var i = 0; i < 5; i++) {
            says(alice, "line " + i);
        }
        says(alice, "the end").isAcked();
        for (var i = 0; i < 5; i++) {
            alice.hears("line " + i);
        }
        alice.hears("the end");

        world.crash();

        var phone = optsIn(bob.device("phone").connected());
        phone.sends("<presence/>");
        phone.nextMessage(); // that the group was made
        phone.nextMessage(); // the invitation
        for (var i = 0; i < 5; i++) {
            phone.hears("line " + i);
        }
        phone.hears("the end");
    }

    @Trial
    void a_community_announces_to_the_members_of_its_groups(World world) {
        var alice = optsIn(world.user("alice").device("phone").online());
        var bob = world.user("bob");
        var phone = optsIn(bob.device("phone").online());
        makesTheGroup(alice, bob);
        phone.nextMessage(); // that the group was made
        phone.nextMessage(); // and the invitation for plain clients
        var channel = "news-" + group;
        alice.asks("<iq type='set' to='" + channel
                        + "'><create xmlns='urn:kith:groups:0'><name>Village</name><x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='{urn:kith:groups:0}announces'><value>1</value></field></x></create></iq>")
                .isResult();
        alice.asks("<iq type='set' to='" + channel + "'><include xmlns='urn:kith:groups:0' group='" + group
                        + "'/></iq>")
                .isResult();
        phone.nextMessage(); // that the group is in a community now
        phone.nextMessage(); // that bob is in the channel
        phone.nextMessage(); // that the group is in the community, from the channel
        alice.sends("<message to='" + channel + "' type='groupchat'><body>Market on Sunday</body></message>");
        phone.hears("Market on Sunday");
    }

    @Trial
    void a_plain_client_is_in_the_same_room(World world) {
        var alice = optsIn(world.user("alice").device("phone").online());
        var bob = world.user("bob");
        var plain = bob.device("desktop").online();
        makesTheGroup(alice, bob);
        plain.nextMessage(); // the invitation
        plain.sends("<presence to='" + group + "/whoever'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        plain.nextMessage(); // the subject
        says(alice, "Hi");
        plain.hears("Hi");
        alice.hears("Hi");
        says(plain, "Ho");
        plain.hears("Ho");
        alice.hears("Ho");
    }
}
