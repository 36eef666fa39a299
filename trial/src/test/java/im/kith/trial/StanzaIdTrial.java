package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("XEP-0359")
class StanzaIdTrial {

    @Trial
    @Spec("XEP-0359 §4")
    void a_stanza_id_in_the_name_of_the_receiver_is_taken_off(World world) {
        var tybalt = world.user("tybalt").device("street").online();
        var juliet = world.user("juliet").device("balcony").online();
        tybalt.sends("<message to='juliet@kith.test' type='chat'><body>Trust me</body>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@kith.test' id='forged'/></message>");

        var ids = juliet.nextMessage()
                .children()
                .filter(child -> child.is("stanza-id", "urn:xmpp:sid:0"))
                .filter(id -> id.attributeOr("by", "").equals("juliet@kith.test"))
                .toList();
        if (ids.size() != 1 || ids.getFirst().attributeOr("id", "").equals("forged")) {
            throw new AssertionError("expected one id of the server's own, got " + ids);
        }
    }

    @Trial
    @Spec("XEP-0359 §3.1")
    void the_origin_id_is_left_alone(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='juliet@kith.test' type='chat' id='m7'><body>Hark</body>"
                + "<origin-id xmlns='urn:xmpp:sid:0' id='o7'/></message>");
        juliet.gets("""
            <message from='romeo@kith.test/orchard' type='chat' id='m7'><body>Hark</body>
              <origin-id xmlns='urn:xmpp:sid:0' id='o7'/>
              <stanza-id xmlns='urn:xmpp:sid:0' by='juliet@kith.test' id='*'/>
            </message>""");
    }

    @Trial
    void a_message_that_is_sent_again_with_the_same_origin_id_arrives_once(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        var message = "<message to='juliet@kith.test' type='chat' id='m8'><body>Once</body>"
                + "<origin-id xmlns='urn:xmpp:sid:0' id='o8'/></message>";
        romeo.sends(message);
        romeo.sends(message).isAcked();
        romeo.says("The end", juliet);
        juliet.hears("Once").hears("The end").getsNothingElse();
    }

    @Trial
    void two_people_may_use_the_same_origin_id(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var paris = world.user("paris").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        var message = "<message to='juliet@kith.test' type='chat' id='m9'><body>Marry me</body>"
                + "<origin-id xmlns='urn:xmpp:sid:0' id='o9'/></message>";
        romeo.sends(message).isAcked();
        paris.sends(message).isAcked();
        juliet.hears("Marry me").hears("Marry me").getsNothingElse();
    }

    @Trial
    @Spec("XEP-0359 §3.2")
    void the_id_of_a_message_is_the_one_it_has_in_the_archive(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.says("Hark", juliet);
        juliet.gets("""
            <message from='romeo@kith.test/orchard' type='chat'><body>Hark</body>
              <stanza-id xmlns='urn:xmpp:sid:0' by='juliet@kith.test' id='{archived}'/>
            </message>""");
        juliet.sends("<iq type='set' id='mam'><query xmlns='urn:xmpp:mam:2'/></iq>");
        juliet.gets("""
            <message><result xmlns='urn:xmpp:mam:2' id='{archived}'>
              <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='*'/>
                <message xmlns='jabber:client' from='romeo@kith.test/orchard' type='chat'><body>Hark</body></message>
              </forwarded>
            </result></message>""");
    }
}
