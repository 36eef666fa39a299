package im.kith.trial;

import im.kith.trial.play.Device;
import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.UUID;

@Spec("XEP-0163")
class PepTrial {

    private static final String WISH = "http://jabber.org/protocol/nick+notify";

    private static final String NICK = """
            <pubsub xmlns='http://jabber.org/protocol/pubsub'>
              <publish node='http://jabber.org/protocol/nick'>
                <item id='current'><nick xmlns='http://jabber.org/protocol/nick'>Ishmael</nick></item>
              </publish>
            </pubsub>""";

    private static final String EVENT = """
            <message from='romeo@kith.test' type='headline' id='*'>
              <event xmlns='http://jabber.org/protocol/pubsub#event'>
                <items node='http://jabber.org/protocol/nick'>
                  <item id='current'><nick xmlns='http://jabber.org/protocol/nick'>Ishmael</nick></item>
                </items>
              </event>%s
            </message>""";

    private static final String EARLIER =
            EVENT.formatted("<delay xmlns='urn:xmpp:delay' from='romeo@kith.test' stamp='*'/>");

    private static void friends(Device romeo, Device juliet) {
        juliet.sends("<presence to='romeo@kith.test' type='subscribe'/>");
        romeo.gets("<presence from='juliet@kith.test' type='subscribe'/>");
        romeo.sends("<presence to='juliet@kith.test' type='subscribed'/>");
        juliet.gets("<presence from='romeo@kith.test/orchard'/>");
    }

    /// Says what it wants by a hash that the server has not seen, and answers its question about it (XEP-0115 §5).
    private static void wishes(Device device) {
        var name = UUID.randomUUID().toString();
        var hash = hash("client/phone//" + name + "<" + WISH + "<");
        device.sends("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://play.test' ver='"
                + hash + "'/></presence>");
        var question = device.nextRequest();
        device.sends("<iq type='result' to='" + question.attributeOr("from", "") + "' id='"
                + question.attributeOr("id", "") + "'><query xmlns='http://jabber.org/protocol/disco#info'>"
                + "<identity category='client' type='phone' name='" + name + "'/><feature var='" + WISH
                + "'/></query></iq>");
    }

    private static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Trial
    @Spec("XEP-0163 §3, §4")
    void a_contact_that_wants_to_know_is_told_what_is_published(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        friends(romeo, juliet);
        wishes(juliet);
        juliet.ignoresTheRest();
        juliet.getsNothingElse();

        romeo.asks("<iq type='set'>" + NICK + "</iq>").isResult();

        juliet.gets(EVENT.formatted(""));
        juliet.getsNothingElse();
    }

    @Trial
    @OwnServer
    @Spec("XEP-0163 §4.3.4")
    void who_appears_later_gets_the_last_item_even_after_a_crash(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        friends(romeo, juliet);
        romeo.asks("<iq type='set'>" + NICK + "</iq>").isResult();
        world.crash();

        var again = world.user("juliet").device("bower").online().ignoresTheRest();
        wishes(again);

        again.gets(EARLIER);
        again.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0163 §5")
    void a_stranger_reads_nothing_and_is_told_nothing(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var iago = world.user("iago").device("camp").online();
        wishes(iago);
        iago.ignoresTheRest();
        romeo.asks("<iq type='set'>" + NICK + "</iq>").isResult();

        iago.asks("<iq type='get' to='romeo@kith.test'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        + "<items node='http://jabber.org/protocol/nick'/></pubsub></iq>")
                .isError("not-authorized");
        iago.asks("<iq type='set' to='romeo@kith.test'>" + NICK + "</iq>").isError("forbidden");
        iago.asks("<iq type='get' to='romeo@kith.test'>"
                        + "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>")
                .is("<iq type='result' from='romeo@kith.test' id='*'>"
                        + "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
        iago.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0223 §3")
    void what_is_private_is_for_ones_own_devices(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        friends(romeo, juliet);
        var options = "<publish-options><x xmlns='jabber:x:data' type='submit'>"
                + "<field var='FORM_TYPE' type='hidden'>"
                + "<value>http://jabber.org/protocol/pubsub#publish-options</value></field>"
                + "<field var='pubsub#persist_items'><value>true</value></field>"
                + "<field var='pubsub#access_model'><value>whitelist</value></field></x></publish-options>";
        romeo.asks("<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        + "<publish node='diary'><item id='1'><entry xmlns='my'/></item></publish>" + options
                        + "</pubsub></iq>")
                .isResult();

        juliet.asks("<iq type='get' to='romeo@kith.test'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        + "<items node='diary'/></pubsub></iq>")
                .isError("not-allowed");
        world.user("romeo")
                .device("street")
                .online()
                .asks("<iq type='get'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        + "<items node='diary'/></pubsub></iq>")
                .is("<iq type='result' id='*'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        + "<items node='diary'><item id='1'><entry xmlns='my'/></item></items></pubsub></iq>");
    }
}
