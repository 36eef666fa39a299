package im.kith.trial;

import im.kith.trial.play.Device;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;

/// The small extensions that are one question and one answer.
class SmallFeaturesTrial {

    @Trial
    @Spec("XEP-0199 §4.2")
    void the_server_answers_a_ping_to_itself_and_to_ones_own_account(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        for (var to : new String[] {" to='kith.test'", " to='romeo@kith.test'", ""}) {
            romeo.asks("<iq type='get'" + to + "><ping xmlns='urn:xmpp:ping'/></iq>")
                    .isResult();
        }
    }

    @Trial
    @Spec("XEP-0092")
    void the_server_tells_its_name_and_version(World world) {
        var answer = world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='kith.test'><query xmlns='jabber:iq:version'/></iq>")
                .isResult();
        if (answer.the("name").text().isEmpty() || answer.the("version").text().isEmpty()) {
            throw new AssertionError("no name or version: " + answer.xml());
        }
    }

    @Trial
    @Spec("XEP-0202")
    void the_server_tells_the_time(World world) {
        var answer = world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='kith.test'><time xmlns='urn:xmpp:time'/></iq>")
                .isResult();
        if (!answer.the("utc").text().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z")
                || !answer.the("tzo").text().matches("Z|[+-]\\d\\d:\\d\\d")) {
            throw new AssertionError("no time: " + answer.xml());
        }
    }

    @Trial
    @Spec("XEP-0012 §4")
    void the_server_tells_how_long_it_has_been_up(World world) {
        var answer = world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='kith.test'><query xmlns='jabber:iq:last'/></iq>")
                .isResult();
        if (!answer.the("query").attributeOr("seconds", "").matches("\\d+")) {
            throw new AssertionError("no seconds: " + answer.xml());
        }
    }

    @Trial
    @Spec("XEP-0012 §3")
    void a_stranger_may_not_ask_when_somebody_was_last_seen(World world) {
        world.user("juliet").device("balcony").online().leaves();
        var answer = world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='juliet@kith.test'><query xmlns='jabber:iq:last'/></iq>");
        if (!answer.xml().attributeOr("type", "").equals("error")) {
            throw new AssertionError("told a stranger: " + answer.xml());
        }
    }

    @Trial
    @Spec("XEP-0030 §3")
    void the_server_tells_what_it_is_and_can(World world) {
        var query = world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='kith.test'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                .isResult()
                .the("query")
                .toString();
        if (!query.contains("category='server'")) {
            throw new AssertionError("no identity: " + query);
        }
        for (var feature : new String[] {
            "http://jabber.org/protocol/disco#info",
            "http://jabber.org/protocol/disco#items",
            "urn:xmpp:ping",
            "jabber:iq:version",
            "urn:xmpp:time",
            "jabber:iq:last",
            "vcard-temp",
            "urn:xmpp:blocking",
            "urn:xmpp:carbons:2"
        }) {
            if (!query.contains("'" + feature + "'")) {
                throw new AssertionError("no " + feature + " in " + query);
            }
        }
    }

    @Trial
    @Spec({"XEP-0030 §3", "XEP-0313 §8"})
    void the_account_tells_what_it_is_and_can(World world) {
        var query = world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='romeo@kith.test'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                .isResult()
                .the("query")
                .toString();
        for (var feature :
                new String[] {"category='account'", "'urn:xmpp:mam:2'", "'urn:xmpp:mam:2#extended'", "'urn:xmpp:sid:0'"
                }) {
            if (!query.contains(feature)) {
                throw new AssertionError("no " + feature + " in " + query);
            }
        }
    }

    @Trial
    @Spec("XEP-0030 §3.1")
    void a_node_that_is_not_there_is_not_found(World world) {
        world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='kith.test'><query xmlns='http://jabber.org/protocol/disco#info'"
                        + " node='urn:example:nowhere'/></iq>")
                .isError("item-not-found");
    }

    @Trial
    @Spec("XEP-0030 §4")
    void the_server_lists_its_items(World world) {
        world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get' to='kith.test'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>")
                .isResult();
    }

    @Trial
    @Spec("XEP-0115 §6")
    void the_hash_in_the_features_is_that_of_the_disco_info(World world) throws Exception {
        var romeo = world.user("romeo");
        var stranger = world.stranger();
        var caps = stranger.signsInAs(romeo).find("c");
        if (caps == null) {
            throw new AssertionError("no capabilities in the stream's features");
        }
        var query = romeo.device("orchard")
                .online()
                .asks("<iq type='get' to='kith.test'><query xmlns='http://jabber.org/protocol/disco#info' node='"
                        + caps.attributeOr("node", "") + "#" + caps.attributeOr("ver", "") + "'/></iq>")
                .isResult()
                .the("query");
        var hash = im.kith.trial.play.Capabilities.hash(query, caps.attributeOr("hash", ""));
        if (!hash.equals(caps.attributeOr("ver", ""))) {
            throw new AssertionError("announced " + caps.attribute("ver") + ", computed " + hash + " from " + query);
        }
    }

    @Trial
    @Spec("XEP-0049 §3")
    void private_data_are_kept_and_only_for_oneself(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var empty = "<query xmlns='jabber:iq:private'><diary xmlns='urn:example:diary'/></query>";
        orchard.asks("<iq type='get'>" + empty + "</iq>").is("<iq type='result'>" + empty + "</iq>");
        var full = "<query xmlns='jabber:iq:private'><diary xmlns='urn:example:diary'><day n='1'>Saw her</day></diary>"
                + "</query>";
        orchard.asks("<iq type='set'>" + full + "</iq>").isResult();
        romeo.device("street")
                .online()
                .asks("<iq type='get'>" + empty + "</iq>")
                .is("<iq type='result'>" + full + "</iq>");

        var answer = world.user("juliet")
                .device("balcony")
                .online()
                .asks("<iq type='get' to='romeo@kith.test'>" + empty + "</iq>");
        if (!answer.xml().attributeOr("type", "").equals("error")) {
            throw new AssertionError("private data for everybody: " + answer.xml());
        }
    }

    @Trial
    @Spec("XEP-0054 §3")
    void a_card_is_kept_and_everybody_may_see_it(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        romeo.asks("<iq type='set'><vCard xmlns='vcard-temp'><FN>Romeo Montague</FN></vCard></iq>")
                .isResult();
        world.user("juliet")
                .device("balcony")
                .online()
                .asks("<iq type='get' to='romeo@kith.test'><vCard xmlns='vcard-temp'/></iq>")
                .is(
                        "<iq type='result' from='romeo@kith.test'><vCard xmlns='vcard-temp'><FN>Romeo Montague</FN></vCard></iq>");
    }

    @Trial
    @Spec("XEP-0054 §3.2")
    void the_card_of_somebody_else_cannot_be_changed(World world) {
        world.user("juliet");
        var romeo = world.user("romeo").device("orchard").online();
        var card = "'><vCard xmlns='vcard-temp'><FN>Mine</FN></vCard></iq>";
        romeo.asks("<iq type='set' to='juliet@kith.test" + card).isError("forbidden");
        // Nobody learns by it who is here.
        romeo.asks("<iq type='set' to='nobody-at-all@kith.test" + card).isError("forbidden");
    }

    @Trial
    @Spec("XEP-0352")
    void an_inactive_client_still_gets_messages(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        juliet.sendsRaw("<inactive xmlns='urn:xmpp:csi:0'/>");
        romeo.says("Wake up", juliet.user());
        juliet.hears("Wake up");
        juliet.sendsRaw("<active xmlns='urn:xmpp:csi:0'/>").getsNothingElse();
    }

    @Trial
    @Spec("XEP-0352")
    void presence_that_an_inactive_client_was_spared_comes_when_it_is_active(World world) {
        var phone = sparedPhone(world);
        phone.sendsRaw("<active xmlns='urn:xmpp:csi:0'/>");
        phone.gets("<presence from='romeo@kith.test/orchard'><show>away</show></presence>");
    }

    /// Inactive, while another device of the same person goes away.
    private static Device sparedPhone(World world) {
        var romeo = world.user("romeo");
        var orchard = romeo.device("orchard").online();
        var phone = romeo.device("phone").online();
        phone.ignoresTheRest();
        phone.sendsRaw("<inactive xmlns='urn:xmpp:csi:0'/>");
        orchard.sends("<presence><show>away</show></presence>");
        orchard.ignoresTheRest();
        return phone;
    }

    @Trial
    @Spec("XEP-0352")
    void who_enters_a_room_in_the_background_hears_that_it_has(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var room = "csi-" + System.nanoTime() + "@groups." + World.DOMAIN;
        romeo.sendsRaw("<inactive xmlns='urn:xmpp:csi:0'/>");
        romeo.sends("<presence to='" + room + "/Romeo'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        romeo.gets("<presence from='" + room + "/Romeo' to='*'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<item affiliation='owner' role='moderator' jid='*'/>"
                + "<status code='100'/><status code='201'/><status code='110'/></x>"
                + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='*'/></presence>");
        romeo.ignoresTheRest();
    }

    @Trial
    @Spec("XEP-0352")
    void what_an_inactive_client_was_spared_comes_when_it_says_something(World world) {
        var phone = sparedPhone(world);
        phone.sends("<message to='romeo@kith.test' type='chat'><active xmlns='http://jabber.org/protocol/chatstates'/>"
                + "<no-store xmlns='urn:xmpp:hints'/></message>");
        phone.gets("<presence from='romeo@kith.test/orchard'><show>away</show></presence>");
        phone.ignoresTheRest();
    }

    @Trial
    @Spec("RFC 6120 §8.4")
    void a_question_nobody_understands_is_answered_with_service_unavailable(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        for (var to : new String[] {" to='kith.test'", " to='romeo@kith.test'", ""}) {
            romeo.asks("<iq type='get'" + to + "><riddle xmlns='urn:example:play'/></iq>")
                    .isError("service-unavailable");
        }
    }
}
