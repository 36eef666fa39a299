package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("XEP-0280")
class CarbonsTrial {

    private static final String ENABLE = "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>";
    private static final String DISABLE = "<iq type='set'><disable xmlns='urn:xmpp:carbons:2'/></iq>";

    @Trial
    @Spec("XEP-0280 §7")
    void what_one_device_sends_the_others_see(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var street = romeo.device("street").online();
        street.asks(ENABLE).isResult();
        var juliet = world.user("juliet").device("balcony").online();

        orchard.says("Good night", juliet);

        juliet.hears("Good night");
        street.gets("""
            <message from='romeo@kith.test' to='romeo@kith.test/street' type='chat'>
              <sent xmlns='urn:xmpp:carbons:2'>
                <forwarded xmlns='urn:xmpp:forward:0'>
                  <message xmlns='jabber:client' from='romeo@kith.test/orchard' to='juliet@kith.test/balcony' type='chat'>
                    <body>Good night</body>
                    <stanza-id xmlns='urn:xmpp:sid:0' by='romeo@kith.test' id='*'/>
                  </message>
                </forwarded>
              </sent>
            </message>""");
        orchard.getsNothingElse();
        street.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0280 §6")
    void what_one_device_gets_the_others_see(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var chamber = juliet.device("chamber").online();
        chamber.asks(ENABLE).isResult();

        romeo.says("For the balcony", balcony);

        balcony.hears("For the balcony");
        chamber.gets("""
            <message from='juliet@kith.test' to='juliet@kith.test/chamber' type='chat'>
              <received xmlns='urn:xmpp:carbons:2'>
                <forwarded xmlns='urn:xmpp:forward:0'>
                  <message xmlns='jabber:client' from='romeo@kith.test/orchard' to='juliet@kith.test/balcony' type='chat'>
                    <body>For the balcony</body>
                    <stanza-id xmlns='urn:xmpp:sid:0' by='juliet@kith.test' id='*'/>
                  </message>
                </forwarded>
              </received>
            </message>""");
        balcony.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0280 §6")
    void a_message_to_the_bare_address_is_not_copied_to_those_who_have_it(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var chamber = juliet.device("chamber").online();
        balcony.asks(ENABLE).isResult();
        chamber.asks(ENABLE).isResult();

        romeo.says("For both", juliet);

        balcony.hears("For both").getsNothingElse();
        chamber.hears("For both").getsNothingElse();
    }

    @Trial
    @Spec("XEP-0280 §9")
    void a_private_message_is_not_copied_and_the_mark_is_taken_off(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var street = romeo.device("street").online();
        street.asks(ENABLE).isResult();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var chamber = juliet.device("chamber").online();
        chamber.asks(ENABLE).isResult();

        orchard.sends("<message to='" + balcony.jid() + "' type='chat'><body>Psst</body>"
                + "<private xmlns='urn:xmpp:carbons:2'/></message>");

        balcony.hears("Psst");
        street.getsNothingElse();
        chamber.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0334 §4.3")
    void a_message_with_the_no_copy_hint_is_not_copied(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var chamber = juliet.device("chamber").online();
        chamber.asks(ENABLE).isResult();

        romeo.sends("<message to='" + balcony.jid() + "' type='chat'><body>Psst</body>"
                + "<no-copy xmlns='urn:xmpp:hints'/></message>");

        balcony.hears("Psst");
        chamber.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0280 §5")
    void who_has_turned_them_off_gets_none(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var street = romeo.device("street").online();
        street.asks(ENABLE).isResult();
        street.asks(DISABLE).isResult();
        var juliet = world.user("juliet").device("balcony").online();

        orchard.says("Good night", juliet);

        juliet.hears("Good night");
        street.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0280 §6.1")
    void headlines_are_not_copied(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var chamber = juliet.device("chamber").online();
        chamber.asks(ENABLE).isResult();

        romeo.sends("<message to='" + balcony.jid() + "' type='headline'><body>News</body></message>");

        balcony.hears("News");
        chamber.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0280 §11")
    void a_carbon_that_somebody_forges_does_not_come_from_ones_own_account(World world) {
        var tybalt = world.user("tybalt").device("street").online();
        var juliet = world.user("juliet").device("balcony").online();
        tybalt.sends("<message to='" + juliet.jid() + "' type='chat'><received xmlns='urn:xmpp:carbons:2'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='romeo@kith.test/x'"
                + " to='juliet@kith.test' type='chat'><body>False</body></message></forwarded></received></message>");
        var got = juliet.nextMessage();
        if (!got.attributeOr("from", "").equals("tybalt@kith.test/street")) {
            throw new AssertionError("a forged carbon: " + got);
        }
    }

    @Trial
    void a_device_that_was_away_gets_the_carbons_it_missed(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var street = romeo.device("street").online();
        street.asks(ENABLE).isResult();
        var juliet = world.user("juliet").device("balcony").online();

        street.drops();
        orchard.says("Good night", juliet).isAcked();
        street.resumes();

        var carbon = street.nextMessage();
        if (carbon.child("sent", "urn:xmpp:carbons:2") == null) {
            throw new AssertionError("expected a carbon, got " + carbon);
        }
    }
}
