package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("RFC 6121 §2")
class RosterTrial {

    private static final String ROSTER = "jabber:iq:roster";

    @Trial
    @Spec("RFC 6121 §2.1.4")
    void a_new_account_has_an_empty_roster(World world) {
        var romeo = world.user("romeo").device("orchard").connected();
        var roster = romeo.asks("<iq type='get'><query xmlns='" + ROSTER + "'/></iq>")
                .isResult()
                .the("query");
        if (roster.children().findAny().isPresent()) {
            throw new AssertionError("the roster has " + roster);
        }
    }

    @Trial
    @Spec({"RFC 6121 §2.3", "RFC 6121 §2.1.6"})
    void an_item_that_is_set_is_pushed_to_every_interested_device(World world) {
        var romeo = world.user("romeo");
        world.user("juliet");
        var orchard = romeo.device("orchard").online();
        var street = romeo.device("street").online();
        var deaf = romeo.device("deaf").online();
        orchard.asks("<iq type='get'><query xmlns='" + ROSTER + "'/></iq>").isResult();
        street.asks("<iq type='get'><query xmlns='" + ROSTER + "'/></iq>").isResult();

        orchard.asks("<iq type='set'><query xmlns='" + ROSTER
                        + "'><item jid='juliet@kith.test' name='Juliet'><group>Capulets</group></item></query></iq>")
                .isResult();

        var push = """
            <iq type='set'><query xmlns='jabber:iq:roster' ver='*'>
              <item jid='juliet@kith.test' name='Juliet' subscription='none'><group>Capulets</group></item>
            </query></iq>""";
        orchard.gets(push);
        street.gets(push);
        deaf.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §2.4")
    void an_item_that_is_set_again_is_changed(World world) {
        world.user("juliet");
        var romeo = world.user("romeo").device("orchard").connected();
        set(romeo, "<item jid='juliet@kith.test' name='Juliet'><group>Capulets</group></item>");
        set(romeo, "<item jid='juliet@kith.test' name='My love'/>");

        romeo.asks("<iq type='get'><query xmlns='" + ROSTER + "'/></iq>").is("""
                <iq type='result'><query xmlns='jabber:iq:roster' ver='*'>
                  <item jid='juliet@kith.test' name='My love' subscription='none'/>
                </query></iq>""");
    }

    @Trial
    @Spec("RFC 6121 §2.5")
    void an_item_that_is_removed_is_gone_and_cannot_be_removed_again(World world) {
        world.user("juliet");
        var romeo = world.user("romeo").device("orchard").connected();
        set(romeo, "<item jid='juliet@kith.test'/>");
        set(romeo, "<item jid='juliet@kith.test' subscription='remove'/>");

        romeo.asks("<iq type='set'><query xmlns='" + ROSTER
                        + "'><item jid='juliet@kith.test' subscription='remove'/></query></iq>")
                .isError("item-not-found");
    }

    @Trial
    @Spec("RFC 6121 §2.3.3")
    void two_items_at_once_are_a_bad_request(World world) {
        var romeo = world.user("romeo").device("orchard").connected();
        romeo.asks("<iq type='set'><query xmlns='" + ROSTER + "'><item jid='a@kith.test'/><item jid='b@kith.test'/>"
                        + "</query></iq>")
                .isError("bad-request");
    }

    @Trial
    @Spec("RFC 6121 §2.3.3")
    void the_roster_of_somebody_else_is_forbidden(World world) {
        world.user("juliet");
        var romeo = world.user("romeo").device("orchard").connected();
        var answer = romeo.asks("<iq type='set' to='juliet@kith.test'><query xmlns='" + ROSTER
                + "'><item jid='romeo@kith.test'/></query></iq>");
        if (!answer.xml().attributeOr("type", "").equals("error")) {
            throw new AssertionError("changed a roster that is not his: " + answer.xml());
        }
    }

    @Trial
    @Spec("RFC 6121 §2.6")
    void a_known_version_is_answered_with_nothing_but_what_changed(World world) {
        world.user("juliet");
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").connected();
        set(orchard, "<item jid='juliet@kith.test'/>");
        var version = orchard.asks("<iq type='get'><query xmlns='" + ROSTER + "' ver=''/></iq>")
                .isResult()
                .the("query")
                .attributeOr("ver", "");

        var answer = romeo.device("street")
                .connected()
                .asks("<iq type='get'><query xmlns='" + ROSTER + "' ver='" + version + "'/></iq>")
                .isResult();
        if (answer.xml().children().findAny().isPresent()) {
            throw new AssertionError("nothing has changed since " + version + ", but got " + answer.xml());
        }
    }

    @Trial
    void a_roster_survives_signing_out(World world) {
        world.user("juliet");
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").connected();
        set(orchard, "<item jid='juliet@kith.test' name='Juliet'/>");
        orchard.leaves();

        romeo.device("street")
                .connected()
                .asks("<iq type='get'><query xmlns='" + ROSTER + "'/></iq>")
                .is("""
                <iq type='result'><query xmlns='jabber:iq:roster' ver='*'>
                  <item jid='juliet@kith.test' name='Juliet' subscription='none'/>
                </query></iq>""");
    }

    private static void set(im.kith.trial.play.Device device, String item) {
        device.asks("<iq type='set'><query xmlns='" + ROSTER + "'>" + item + "</query></iq>")
                .isResult();
    }
}
