package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("XEP-0191")
class BlockingTrial {

    private static final String NS = "urn:xmpp:blocking";
    private static final String BLOCK =
            "<iq type='set'><block xmlns='" + NS + "'><item jid='romeo@kith.test'/></block></iq>";
    private static final String UNBLOCK =
            "<iq type='set'><unblock xmlns='" + NS + "'><item jid='romeo@kith.test'/></unblock></iq>";

    @Trial
    @Spec("XEP-0191 §3.3")
    void who_is_blocked_cannot_reach_the_account_and_is_not_told_why(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        juliet.asks("<iq type='get'><blocklist xmlns='" + NS + "'/></iq>").isResult();
        juliet.asks(BLOCK).isResult();

        romeo.says("Please", juliet.user()).isRefused("service-unavailable");
        romeo.asks("<iq type='get' to='" + juliet.jid() + "'><ping xmlns='urn:xmpp:ping'/></iq>")
                .isError("service-unavailable");
        romeo.sends("<presence to='" + juliet.jid() + "'/>");

        juliet.gets("<iq type='set'><block xmlns='" + NS + "'><item jid='romeo@kith.test'/></block></iq>");
        juliet.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0191 §3.3")
    void the_account_cannot_reach_whom_it_has_blocked(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        juliet.asks(BLOCK).isResult();

        juliet.says("I repent", romeo.user()).isRefused("not-acceptable");
        romeo.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0191 §3.4")
    void who_is_unblocked_is_heard_again(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        juliet.asks(BLOCK).isResult();
        romeo.says("Please", juliet.user()).isRefused("service-unavailable");
        juliet.asks(UNBLOCK).isResult();

        romeo.says("Thank you", juliet.user());

        juliet.hears("Thank you");
    }

    @Trial
    @Spec("XEP-0191 §3.2")
    void the_list_is_kept_and_shown(World world) {
        world.user("romeo");
        var juliet = world.user("juliet");
        juliet.device("balcony").online().asks(BLOCK).isResult();
        juliet.device("chamber")
                .online()
                .asks("<iq type='get'><blocklist xmlns='" + NS + "'/></iq>")
                .is("<iq type='result'><blocklist xmlns='" + NS + "'><item jid='romeo@kith.test'/></blocklist></iq>");
    }

    @Trial
    @Spec("XEP-0191 §3.3")
    void blocking_nobody_is_a_bad_request(World world) {
        world.user("juliet")
                .device("balcony")
                .online()
                .asks("<iq type='set'><block xmlns='" + NS + "'/></iq>")
                .isError("bad-request");
    }

    @Trial
    @Spec("XEP-0191 §3.5")
    void unblocking_nobody_unblocks_everybody(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        juliet.asks(BLOCK).isResult();
        juliet.asks("<iq type='set'><unblock xmlns='" + NS + "'/></iq>").isResult();
        romeo.says("Again", juliet.user());
        juliet.hears("Again");
    }

    @Trial
    void a_message_that_was_sent_by_somebody_blocked_does_not_wait(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        balcony.asks(BLOCK).isResult();
        balcony.leaves();
        romeo.says("Please", juliet).isRefused("service-unavailable");
        var chamber = juliet.device("chamber").online();
        chamber.asks(UNBLOCK).isResult();
        chamber.getsNothingElse();
    }
}
