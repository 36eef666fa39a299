package im.kith.trial;

import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

@Spec("RFC 6120 §4.9")
class StreamErrorsTrial {

    private static final String OPENING = "<?xml version='1.0'?><stream:stream to='kith.test' version='1.0'"
            + " xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    @Trial
    @Spec("RFC 6120 §4.9.3.13")
    void words_that_are_no_xml_are_not_well_formed(World world) {
        world.stranger().says("<hello <there>").isThrownOut("not-well-formed");
    }

    @Trial
    void an_error_before_the_stream_is_open_comes_inside_a_stream(World world) {
        var stranger = world.stranger().says("<hello <there>");
        if (!(stranger.hears() instanceof im.kith.trial.wire.Wire.Opened)) {
            throw new AssertionError("an opening tag comes first");
        }
        stranger.isThrownOut("not-well-formed");
    }

    @Trial
    void mismatched_tags_are_not_well_formed(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><a></b></auth>")
                .isThrownOut("not-well-formed");
    }

    @Trial
    void an_unbound_prefix_is_not_well_formed(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<x:message/>").isThrownOutWithOneOf("not-well-formed", "bad-namespace-prefix");
    }

    @Trial
    void an_attribute_given_twice_is_not_well_formed(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<message to='a@kith.test' to='b@kith.test'/>").isThrownOut("not-well-formed");
    }

    @Trial
    void an_unknown_entity_is_refused(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<message><body>&foo;</body></message>").isThrownOutWithOneOf("not-well-formed", "restricted-xml");
    }

    @Trial
    @Spec("RFC 6120 §4.9.3.18")
    void a_document_type_is_restricted_xml(World world) {
        world.stranger()
                .says("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y 'z'>]>" + OPENING.substring(21))
                .isThrownOut("restricted-xml");
    }

    @Trial
    @Spec("RFC 6120 §11.1")
    void a_comment_is_restricted_xml(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<message><!-- psst --></message>").isThrownOut("restricted-xml");
    }

    @Trial
    @Spec("RFC 6120 §11.1")
    void a_processing_instruction_is_restricted_xml(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<?php evil ?>").isThrownOut("restricted-xml");
    }

    @Trial
    @Spec("RFC 6120 §4.9.3.10")
    void a_wrong_stream_namespace_is_invalid(World world) {
        world.stranger()
                .says("<stream:stream to='kith.test' version='1.0' xmlns='jabber:client'"
                        + " xmlns:stream='http://wrong.example/'>")
                .isThrownOut("invalid-namespace");
    }

    @Trial
    @Spec("RFC 6120 §4.8.2")
    void a_wrong_content_namespace_is_invalid(World world) {
        world.stranger()
                .says("<stream:stream to='kith.test' version='1.0' xmlns='jabber:wrong'"
                        + " xmlns:stream='http://etherx.jabber.org/streams'>")
                .isThrownOut("invalid-namespace");
    }

    @Trial
    @Spec("RFC 6120 §4.9.3.6")
    void a_domain_that_is_not_served_is_unknown(World world) {
        world.stranger()
                .says("<stream:stream to='capulet.example' version='1.0' xmlns='jabber:client'"
                        + " xmlns:stream='http://etherx.jabber.org/streams'>")
                .isThrownOut("host-unknown");
    }

    @Trial
    @Spec("RFC 6120 §4.9.3.22")
    void another_encoding_is_unsupported(World world) {
        world.stranger()
                .says("<?xml version='1.0' encoding='ISO-8859-1'?>" + OPENING.substring(21))
                .isThrownOut("unsupported-encoding");
    }

    @Trial
    @Spec("RFC 6120 §4.9.3.1")
    void words_between_stanzas_are_a_bad_format(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("But soft!<presence/>").isThrownOutWithOneOf("bad-format", "not-well-formed");
    }

    @Trial
    @Spec("RFC 6120 §4.9.3.12")
    void a_stanza_before_signing_in_is_not_authorized(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("<message to='romeo@kith.test'><body>Hark!</body></message>")
                .isThrownOut("not-authorized");
    }

    @Trial
    @Spec("RFC 6120 §7.1")
    void a_stanza_before_binding_is_not_authorized(World world) {
        var romeo = world.stranger();
        romeo.signsInAs(world.user("romeo"));
        romeo.says("<message to='romeo@kith.test'><body>Hark!</body></message>").isThrownOut("not-authorized");
    }

    @Trial
    @Spec("RFC 6120 §4.9.3.24")
    void an_element_that_is_no_stanza_is_unsupported(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        romeo.says("<soliloquy xmlns='urn:example:play'/>").isThrownOut("unsupported-stanza-type");
    }

    @Trial
    @Spec("RFC 6120 §4.9.3.9")
    void speaking_in_anothers_name_is_an_invalid_from(World world) {
        var romeo = world.stranger();
        romeo.bindsAs(world.user("romeo"), "orchard");
        world.user("juliet");
        romeo.says("<message from='juliet@kith.test' to='romeo@kith.test'><body>It is I.</body></message>")
                .isThrownOut("invalid-from");
    }

    @Trial
    @Spec("RFC 6120 §4.4")
    void a_stream_that_is_closed_is_closed_in_return(World world) {
        var stranger = world.stranger();
        stranger.opens();
        stranger.says("</stream:stream>").isDisconnected();
    }

    @Trial
    @Spec("RFC 6120 §4.7")
    void a_stream_has_a_header_with_id_from_and_version(World world) {
        var stranger = world.stranger().says(OPENING);
        if (!(stranger.hears() instanceof im.kith.trial.wire.Wire.Opened(im.kith.trial.wire.Xml header))
                || header.attributeOr("id", "").length() < 8
                || !header.attributeOr("from", "").equals(world.endpoint().domain())
                || !header.attributeOr("version", "").equals("1.0")) {
            throw new AssertionError("the header lacks something");
        }
    }

    @Trial
    @Spec("RFC 6120 §4.6.1")
    void white_space_between_stanzas_is_a_sign_of_life(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.sendsRaw(" \n ").getsNothingElse();
    }
}
