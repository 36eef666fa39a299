package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("XEP-0334")
class HintsTrial {

    @Trial
    @Spec("XEP-0334 §4.2")
    void what_is_not_to_be_stored_does_not_wait(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        romeo.sends("<message to='juliet@kith.test' type='chat'><body>Gone with the wind</body>"
                        + "<no-store xmlns='urn:xmpp:hints'/></message>")
                .isAcked();
        juliet.device("balcony").online().getsNothingElse();
    }

    @Trial
    @Spec("XEP-0334 §4.2")
    void what_is_not_to_be_stored_still_reaches_who_is_there(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='juliet@kith.test' type='chat'><body>Now</body>"
                + "<no-store xmlns='urn:xmpp:hints'/></message>");
        juliet.hears("Now");
    }

    @Trial
    @Spec("XEP-0334 §4.4")
    void what_is_to_be_stored_waits_even_without_a_body(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        romeo.sends("<message to='juliet@kith.test' type='chat'><x xmlns='urn:example:play'/>"
                        + "<store xmlns='urn:xmpp:hints'/></message>")
                .isAcked();
        var got = juliet.device("balcony").online().nextMessage();
        if (got.child("x", "urn:example:play") == null) {
            throw new AssertionError("expected the payload, got " + got);
        }
    }

    @Trial
    @Spec({"XEP-0085 §5.7", "XEP-0160 §3"})
    void typing_does_not_wait(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        romeo.sends("<message to='juliet@kith.test' type='chat'>"
                        + "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>")
                .isAcked();
        juliet.device("balcony").online().getsNothingElse();
    }

    @Trial
    @Spec({"XEP-0085", "XEP-0184"})
    void typing_and_receipts_reach_who_is_there(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='" + juliet.jid() + "' type='chat'>"
                + "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
        juliet.gets("<message from='romeo@kith.test/orchard' type='chat'>"
                + "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    }

    @Trial
    @Spec({"XEP-0184 §5.5", "XEP-0333"})
    void a_receipt_waits_for_somebody_who_is_away(World world) {
        var romeo = world.user("romeo");
        var juliet = world.user("juliet").device("balcony").online();
        juliet.sends("<message to='romeo@kith.test' type='chat'><received xmlns='urn:xmpp:receipts' id='m1'/>"
                        + "</message>")
                .isAcked();
        var got = romeo.device("orchard").online().nextMessage();
        if (got.child("received", "urn:xmpp:receipts") == null) {
            throw new AssertionError("expected a receipt, got " + got);
        }
    }
}
