package im.kith.trial;

import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec({"RFC 6121 §8.5.2.2.1", "XEP-0160", "XEP-0203"})
class OfflineTrial {

    @Trial
    void a_message_waits_for_somebody_who_is_away(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");

        romeo.says("Art thou not Romeo?", juliet).isAcked();

        var balcony = juliet.device("balcony").online();
        balcony.gets("""
            <message from='romeo@kith.test/orchard' type='chat'>
              <body>Art thou not Romeo?</body>
              <stanza-id xmlns='urn:xmpp:sid:0' by='juliet@kith.test' id='*'/>
              <delay xmlns='urn:xmpp:delay' from='*' stamp='*'/>
            </message>""");
        balcony.getsNothingElse();
    }

    @Trial
    @OwnServer
    @Spec("XEP-0198 §4")
    void an_acknowledged_message_survives_a_crash(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");

        romeo.says("Art thou not Romeo?", juliet).isAcked();
        world.crash();

        var balcony = juliet.device("balcony").online();
        balcony.hears("Art thou not Romeo?");
        balcony.getsNothingElse();
    }
}
