package im.kith.trial;

import im.kith.trial.play.Device;
import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import java.util.concurrent.atomic.AtomicInteger;

/// Groups, as clients of XEP-0045 see them.
@Spec("XEP-0045")
class MucTrial {

    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static final String OWNER = "http://jabber.org/protocol/muc#owner";

    private final String room = "coven" + ROOMS.incrementAndGet() + "@groups." + World.DOMAIN;

    private void enters(Device device, String nick) {
        device.sends("<presence to='" + room + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    }

    private void makesTheRoom(Device device, String nick, boolean persistent) {
        enters(device, nick);
        device.nextMessage(); // the empty subject
        device.asks("<iq type='set' to='" + room + "'><query xmlns='" + OWNER + "'><x xmlns='jabber:x:data'"
                        + " type='submit'><field var='FORM_TYPE'>"
                        + "<value>http://jabber.org/protocol/muc#roomconfig</value></field>"
                        + "<field var='muc#roomconfig_persistentroom'><value>" + (persistent ? "1" : "0")
                        + "</value></field></x></query></iq>")
                .isResult();
    }

    private im.kith.trial.play.Sent says(Device device, String text) {
        return device.sends("<message to='" + room + "' type='groupchat'><body>" + text + "</body></message>");
    }

    @Trial
    @Spec("XEP-0045 §7.4")
    void all_hear_what_is_said_in_one_order(World world) {
        var crone = world.user("crone").device("desktop").online();
        var hag = world.user("hag").device("pda").online();
        makesTheRoom(crone, "firstwitch", false);
        enters(hag, "thirdwitch");
        hag.nextMessage();
        for (var i = 0; i < 20; i++) {
            says(i % 2 == 0 ? crone : hag, "line " + i);
            crone.hears("line " + i);
            hag.hears("line " + i);
        }
    }

    @Trial
    @Spec("XEP-0045 §7.2.8")
    void a_person_s_devices_share_a_nickname(World world) {
        var crone = world.user("crone");
        var desktop = crone.device("desktop").online();
        var phone = crone.device("phone").online();
        makesTheRoom(desktop, "firstwitch", false);
        enters(phone, "firstwitch");
        phone.nextMessage();
        says(phone, "Thrice the brinded cat");
        desktop.hears("Thrice the brinded cat");
        phone.hears("Thrice the brinded cat");
    }

    @Trial
    @Spec("XEP-0045 §11.2")
    @OwnServer(set = "process.drain=60 seconds")
    void stopping_the_server_is_told_to_who_is_in_a_room(World world) {
        var crone = world.user("crone").device("desktop").online();
        makesTheRoom(crone, "firstwitch", true);
        crone.ignoresTheRest();
        world.server().stop();
        crone.gets("<presence type='unavailable' from='" + room + "/firstwitch' to='*'>"
                + "<x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<item affiliation='owner' role='none' jid='*'/><status code='332'/><status code='110'/></x>"
                + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='*'/></presence>");
        crone.isThrownOut("system-shutdown");
        world.server().start();
    }

    @Trial
    @OwnServer
    void what_a_room_has_told_survives_a_crash(World world) {
        var crone = world.user("crone").device("desktop").online();
        makesTheRoom(crone, "firstwitch", true);
        for (var i = 0; i < 10; i++) {
            says(crone, "line " + i);
        }
        says(crone, "the end");
        for (var i = 0; i < 10; i++) {
            crone.hears("line " + i);
        }
        crone.hears("the end");

        world.crash();

        var hag = world.user("hag").device("pda").online();
        enters(hag, "thirdwitch");
        for (var i = 0; i < 10; i++) {
            hag.hears("line " + i);
        }
        hag.hears("the end");
        hag.hears(""); // the subject
    }

    @Trial
    @Spec("XEP-0198 §5")
    void a_device_that_lost_its_connection_is_still_in_the_room(World world) {
        var crone = world.user("crone").device("desktop").online();
        var hag = world.user("hag").device("pda").online();
        makesTheRoom(crone, "firstwitch", false);
        enters(hag, "thirdwitch");
        hag.nextMessage();
        hag.drops();
        says(crone, "Where hast thou been?").isAcked();
        crone.hears("Where hast thou been?");
        hag.resumes();
        hag.hears("Where hast thou been?");
    }
}
