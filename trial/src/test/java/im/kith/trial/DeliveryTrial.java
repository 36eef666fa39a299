package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

/// Every row of RFC 6121's table of message delivery.
@Spec("RFC 6121 §8.5")
class DeliveryTrial {

    // §8.5.1: no such account

    @Trial
    @Spec("RFC 6121 §8.5.1")
    void a_message_to_nobody_comes_back(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sends("<message to='nobody@kith.test' type='chat'><body>Hark!</body></message>")
                .isRefused("service-unavailable");
    }

    @Trial
    @Spec("RFC 6121 §8.5.1")
    void an_iq_to_nobody_comes_back(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.asks("<iq type='get' to='nobody@kith.test'><ping xmlns='urn:xmpp:ping'/></iq>")
                .isError("service-unavailable");
    }

    @Trial
    @Spec("RFC 6121 §8.5.1")
    void presence_to_nobody_is_dropped(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sends("<presence to='nobody@kith.test'/>");
        romeo.getsNothingElse();
    }

    // §8.5.2.1: to the bare address, resources available

    @Trial
    @Spec("RFC 6121 §8.5.2.1.1")
    void a_chat_message_to_the_bare_address_reaches_every_device_that_is_available(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var chamber = juliet.device("chamber").online();

        romeo.says("Good night", juliet);

        balcony.hears("Good night");
        chamber.hears("Good night");
    }

    @Trial
    @Spec("RFC 6121 §8.5.2.1.1")
    void a_headline_to_the_bare_address_reaches_every_device(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var chamber = juliet.device("chamber").online();

        romeo.sends("<message to='juliet@kith.test' type='headline'><body>News</body></message>");

        balcony.hears("News");
        chamber.hears("News");
    }

    @Trial
    @Spec("RFC 6121 §8.5.2.1.1")
    void a_negative_priority_gets_no_message_to_the_bare_address(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        var clock = juliet.device("clock").connected().available("<presence><priority>-1</priority></presence>");

        romeo.says("Good night", juliet);

        balcony.hears("Good night");
        clock.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.2.1.1")
    void a_groupchat_message_to_the_bare_address_comes_back(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='juliet@kith.test' type='groupchat'><body>All</body></message>")
                .isRefused("service-unavailable");
        juliet.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.2.1.1")
    void an_error_to_the_bare_address_is_dropped(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='juliet@kith.test' type='error'><error type='cancel'><gone"
                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        romeo.getsNothingElse();
        juliet.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.2.1.3")
    void an_iq_to_the_bare_address_is_answered_by_the_server_for_the_user(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.asks("<iq type='get' to='juliet@kith.test'><unheard-of xmlns='urn:example:play'/></iq>")
                .isError("service-unavailable");
        juliet.getsNothingElse();
    }

    // §8.5.2.2: to the bare address, no resource available

    @Trial
    @Spec("RFC 6121 §8.5.2.2.1")
    void chat_and_normal_messages_wait(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        romeo.says("one", juliet);
        romeo.sends("<message to='juliet@kith.test'><body>two</body></message>").isAcked();

        juliet.device("balcony").online().hears("one").hears("two").getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.2.2.1")
    void headlines_and_errors_do_not_wait(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        romeo.sends("<message to='juliet@kith.test' type='headline'><body>old news</body></message>");
        romeo.sends("<message to='juliet@kith.test' type='error'><error type='cancel'><gone"
                        + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")
                .isAcked();
        romeo.getsNothingElse();

        juliet.device("balcony").online().getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.2.2.1")
    void a_groupchat_message_does_not_wait_but_comes_back(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        world.user("juliet");
        romeo.sends("<message to='juliet@kith.test' type='groupchat'><body>All</body></message>")
                .isRefused("service-unavailable");
    }

    // §8.5.3.1: to a full address that is there

    @Trial
    @Spec("RFC 6121 §8.5.3.1")
    void a_message_of_any_type_to_a_device_that_is_there_reaches_it(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        for (var type : new String[] {"chat", "normal", "headline", "groupchat"}) {
            romeo.sends("<message to='" + juliet.jid() + "' type='" + type + "'><body>" + type + "</body></message>");
            juliet.hears(type);
        }
        romeo.sends("<message to='" + juliet.jid() + "' type='error'><error type='cancel'><gone"
                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        var error = juliet.nextMessage();
        if (error.find("gone") == null) {
            throw new AssertionError("expected the error, got " + error);
        }
        romeo.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.3.1")
    void an_iq_to_a_device_reaches_it_and_the_answer_comes_back(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<iq type='get' id='q1' to='" + juliet.jid() + "'><query xmlns='jabber:iq:version'/></iq>");
        juliet.gets("<iq type='get' from='romeo@kith.test/orchard'><query xmlns='jabber:iq:version'/></iq>");
        juliet.sends("<iq type='result' id='q1' to='" + romeo.jid() + "'><query xmlns='jabber:iq:version'>"
                + "<name>Balcony</name></query></iq>");
        romeo.gets("<iq type='result' id='q1' from='juliet@kith.test/balcony'><query xmlns='jabber:iq:version'>"
                + "<name>Balcony</name></query></iq>");
    }

    @Trial
    @Spec("RFC 6121 §8.5.3.1")
    void a_negative_priority_still_gets_what_is_meant_for_it(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var clock = world.user("juliet")
                .device("clock")
                .connected()
                .available("<presence><priority>-5</priority></presence>");
        romeo.says("tick", clock);
        clock.hears("tick");
    }

    // §8.5.3.2: to a full address that is not there

    @Trial
    @Spec("RFC 6121 §8.5.3.2.1")
    void a_chat_message_to_a_device_that_is_gone_reaches_those_that_are_there(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        romeo.sends("<message to='juliet@kith.test/tomb' type='chat'><body>Good night</body></message>");
        balcony.hears("Good night");
    }

    @Trial
    @Spec("RFC 6121 §8.5.3.2.1")
    void a_chat_message_to_a_device_that_is_gone_waits_if_nobody_is_there(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        romeo.sends("<message to='juliet@kith.test/tomb' type='chat'><body>Good night</body></message>")
                .isAcked();
        juliet.device("balcony").online().hears("Good night").getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.3.2.1")
    void a_normal_message_to_a_device_that_is_gone_comes_back(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='juliet@kith.test/tomb'><body>Good night</body></message>")
                .isRefused("service-unavailable");
        juliet.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.3.2.1")
    void groupchat_to_a_device_that_is_gone_comes_back(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='juliet@kith.test/tomb' type='groupchat'><body>All</body></message>")
                .isRefused("service-unavailable");
        juliet.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.3.2.1")
    void headlines_and_errors_to_a_device_that_is_gone_are_dropped(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='juliet@kith.test/tomb' type='headline'><body>news</body></message>");
        romeo.sends("<message to='juliet@kith.test/tomb' type='error'><error type='cancel'><gone"
                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        romeo.getsNothingElse();
        juliet.getsNothingElse();
    }

    @Trial
    @Spec("RFC 6121 §8.5.3.2.3")
    void an_iq_to_a_device_that_is_gone_comes_back(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        world.user("juliet").device("balcony").online();
        romeo.asks("<iq type='get' to='juliet@kith.test/tomb'><ping xmlns='urn:xmpp:ping'/></iq>")
                .isError("service-unavailable");
    }

    @Trial
    @Spec("RFC 6121 §8.5.3.2.2")
    void presence_to_a_device_that_is_gone_is_dropped(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<presence to='juliet@kith.test/tomb'/>");
        romeo.getsNothingElse();
        juliet.getsNothingElse();
    }

    // What is in a message

    @Trial
    @Spec("RFC 6120 §8.1.2.1")
    void the_server_says_who_sent_it(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends(
                "<message to='" + juliet.jid() + "' type='chat' id='m1' xml:lang='it'><subject>Amor</subject>"
                        + "<body>Ciao &amp; \uD83D\uDE0D</body><thread>t1</thread><x xmlns='urn:example:play' act='2'/></message>");
        juliet.gets("""
            <message id='m1' from='romeo@kith.test/orchard' to='juliet@kith.test/balcony' type='chat' xml:lang='it'>
              <subject>Amor</subject><body>Ciao &amp; \uD83D\uDE0D</body><thread>t1</thread>
              <x xmlns='urn:example:play' act='2'/>
              <stanza-id xmlns='urn:xmpp:sid:0' by='juliet@kith.test' id='*'/>
            </message>""");
    }

    @Trial
    @Spec("RFC 6120 §8.1.1.1")
    void a_message_without_an_address_is_for_oneself(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sends("<message type='chat'><body>Note to self</body></message>");
        romeo.hears("Note to self");
    }

    @Trial
    @Spec("RFC 6120 §8.2.3")
    void an_iq_with_an_unknown_type_or_without_an_id_is_a_bad_request(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sends("<iq type='beg' to='kith.test'><ping xmlns='urn:xmpp:ping'/></iq>")
                .isRefused("bad-request");
    }

    @Trial
    @Spec("RFC 6120 §8.3.3.8")
    void an_address_that_is_none_is_malformed(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sends("<message to='@kith.test' type='chat'><body>?</body></message>")
                .isRefused("jid-malformed");
    }

    @Trial
    @Spec("RFC 6120 §8.3.3.16")
    void a_domain_that_cannot_be_reached_is_named_as_such(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sends("<message to='tybalt@capulet.invalid' type='chat'><body>?</body></message>")
                .isRefused("remote-server-not-found");
    }

    @Trial
    @Spec("RFC 6120 §10.1")
    void messages_arrive_in_the_order_in_which_they_were_sent(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet");
        var balcony = juliet.device("balcony").online();
        for (var i = 0; i < 200; i++) {
            romeo.says("line " + i, juliet);
        }
        for (var i = 0; i < 200; i++) {
            balcony.hears("line " + i);
        }
        balcony.getsNothingElse();
    }
}
