package im.kith.trial;

import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

/// Hostile input: what is too big, too deep, too much or too slow.
class LimitsTrial {

    @Trial
    @Spec("RFC 6120 §13.12")
    void a_stanza_that_is_too_big_is_a_policy_violation(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<message to='romeo@kith.test'><body>" + "x".repeat(300_000) + "</body></message>")
                .isThrownOut("policy-violation");
    }

    @Trial
    @Spec("RFC 6120 §13.12")
    void before_signing_in_less_is_too_big(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + "A".repeat(20_000)
                        + "</auth>")
                .isThrownOut("policy-violation");
    }

    @Trial
    void a_stanza_of_ten_thousand_bytes_is_fine(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.says("x".repeat(10_000), juliet);
        juliet.hears("x".repeat(10_000));
    }

    @Trial
    void a_stanza_that_never_ends_is_cut_off(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<message to='romeo@kith.test'><body>");
        try {
            for (var i = 0; i < 100; i++) {
                romeo.says("x".repeat(10_000));
            }
        } catch (im.kith.trial.wire.WireException e) {
            return;
        }
        romeo.isThrownOut("policy-violation");
    }

    @Trial
    void a_stanza_that_is_too_deep_is_a_policy_violation(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<message to='romeo@kith.test'>" + "<a>".repeat(200) + "</a>".repeat(200) + "</message>")
                .isThrownOut("policy-violation");
    }

    @Trial
    void a_tag_with_too_many_attributes_is_a_policy_violation(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        var attributes = new StringBuilder();
        for (var i = 0; i < 500; i++) {
            attributes.append(" a").append(i).append("='1'");
        }
        romeo.says("<message to='romeo@kith.test'><x xmlns='urn:example:play'" + attributes + "/></message>")
                .isThrownOut("policy-violation");
    }

    @Trial
    @Spec("RFC 6120 §11.6")
    void bytes_that_are_no_utf_8_end_the_stream(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.saysBytes(new byte[] {'<', 'm', 'e', 's', 's', 'a', 'g', 'e', '>', (byte) 0xC0, (byte) 0x80, '<'})
                .isThrownOutWithOneOf("bad-format", "not-well-formed", "unsupported-encoding");
    }

    @Trial
    void a_character_that_xml_forbids_ends_the_stream(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<message to='romeo@kith.test'><body>&#0;</body></message>").isThrownOut("not-well-formed");
    }

    @Trial
    void a_stanza_that_comes_byte_by_byte_is_a_stanza(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        for (var b : "<iq type='get' id='p1'><ping xmlns='urn:xmpp:ping'/></iq>".split("")) {
            romeo.says(b);
        }
        romeo.hears("<iq type='result' id='p1'/>");
    }

    @Trial
    void many_stanzas_in_one_packet_are_answered_one_by_one(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        var packet = new StringBuilder();
        for (var i = 0; i < 100; i++) {
            packet.append("<iq type='get' id='p").append(i).append("'><ping xmlns='urn:xmpp:ping'/></iq>");
        }
        romeo.says(packet.toString());
        for (var i = 0; i < 100; i++) {
            romeo.hears("<iq type='result' id='p" + i + "'/>");
        }
    }

    @Trial
    @OwnServer(set = "limits.sign-in-timeout=3 seconds")
    void who_does_not_sign_in_in_time_is_cut_off(World world) {
        var silent = world.stranger();
        var opening = world.stranger();
        // Nothing is waited for in between: the time may be over before the answer is read.
        opening.wire().open(World.DOMAIN);
        opening.isCutOff();
        silent.isCutOff();
    }

    @Trial
    @OwnServer(set = {"limits.connections-per-address=5", "limits.count-loopback=true"})
    void too_many_connections_from_one_address_are_refused(World world) {
        for (var i = 0; i < 5; i++) {
            world.stranger().opens();
        }
        try {
            world.stranger().opens();
        } catch (im.kith.trial.wire.WireException e) {
            return;
        }
        throw new AssertionError("six connections where five are allowed");
    }

    @Trial
    @OwnServer(set = {"limits.stanzas-per-second=50", "limits.bytes-per-second=1 MiB"})
    void a_flood_is_slowed_and_nothing_of_it_is_dropped(World world) {
        var romeo = world.user("romeo").device("orchard").withoutAcks().online();
        var juliet = world.user("juliet").device("balcony").online();
        // All at once: what the server reads first is more than it allows, however slowly things go on here.
        var flood = new StringBuilder();
        for (var i = 0; i < 600; i++) {
            flood.append("<message to='juliet@kith.test' type='chat'><body>line " + i + "</body></message>");
        }
        romeo.sendsRaw(flood.toString());
        for (var i = 0; i < 600; i++) {
            juliet.hears("line " + i);
        }
        if (world.metric("kith_connections_throttled_total") < 1) {
            throw new AssertionError("600 stanzas where 50 per second are allowed slowed nobody down");
        }
    }

    @Trial
    void a_reader_who_does_not_read_stops_nobody_else(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var sleeper = world.stranger();
        sleeper.bindsAs(world.user("sleeper"), "bed");
        sleeper.says("<presence/>");
        var juliet = world.user("juliet").device("balcony").online();
        for (var i = 0; i < 300; i++) {
            romeo.sends("<message to='sleeper@kith.test' type='chat'><body>" + "z".repeat(4_000) + "</body></message>");
        }
        romeo.says("Psst", juliet.user()).isAcked();
        juliet.hears("Psst");
    }

    @Trial
    void somebody_who_opens_and_says_nothing_is_no_trouble(World world) {
        for (var i = 0; i < 50; i++) {
            world.stranger();
        }
        world.user("romeo").device("orchard").online();
    }
}
