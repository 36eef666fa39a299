package im.kith.server;

import static im.kith.server.PrivacyStage.JULIET;
import static im.kith.server.PrivacyStage.PLACE;
import static im.kith.server.PrivacyStage.ROOM;
import static im.kith.server.PrivacyStage.acquaint;
import static im.kith.server.PrivacyStage.bare;
import static im.kith.server.PrivacyStage.owner;
import static im.kith.server.PrivacyStage.pubsub;
import static im.kith.server.PrivacyStage.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.PrivacyStage.Asker;
import im.kith.server.PrivacyStage.Choice;
import im.kith.server.PrivacyStage.Thing;
import im.kith.server.account.Village.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/protocol/privacy.md from the outsider's side: what Juliet hides, times how she hides it, times who looks, times
/// every path by which it could show.
///
/// Each case plays the same play twice on a whole server: once Juliet has the thing and hides it, once she has never
/// had it. Who may not see it must be sent the same in both, stanza for stanza; who may see it must be sent something
/// else on the paths by which it shows, so that the test can fail.
class PrivacyMatrixTest {

    static Stream<Arguments> cases() {
        return Stream.of(Thing.values()).flatMap(thing -> Stream.of(Choice.values())
                .flatMap(choice -> Stream.of(Asker.values()).map(asker -> Arguments.of(thing, choice, asker))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void who_may_not_see_it_gets_what_they_would_if_it_did_not_exist(Thing thing, Choice choice, Asker asker) {
        var without = new PrivacyPlay(thing, null, asker).all();
        var with = new PrivacyPlay(thing, choice, asker).all();
        boolean mayAsAnybody = choice == Choice.EVERYONE;
        var leaks = new ArrayList<String>();
        for (var path : without.keySet()) {
            var absent = without.get(path);
            var shown = with.get(path);
            if (thing.forEveryone.contains(path) && mayAsAnybody) {
                assertNotEquals(absent, shown, () -> path + " shows nothing to " + asker);
            } else if (!thing.forEveryone.contains(path) && asker.maySee(choice)) {
                if (thing.shows.contains(path)) {
                    assertNotEquals(absent, shown, () -> path + " shows nothing to " + asker);
                }
            } else if ((!mayAsAnybody || asker == Asker.BLOCKED) && !absent.equals(shown)) {
                leaks.add(path + differences(absent, shown));
            }
        }
        assertEquals("", String.join("\n", leaks));
    }

    private static String differences(List<String> absent, List<String> shown) {
        for (int i = 0; i < Math.min(absent.size(), shown.size()); i++) {
            if (absent.get(i).equals(shown.get(i))) continue;
            return "\n  without " + absent.get(i) + "\n  hidden  " + shown.get(i);
        }
        return "\n  without " + absent.size() + "\n  hidden  "
                + shown.subList(Math.min(absent.size(), shown.size()), shown.size());
    }

    // ---- groups ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Choice.class)
    void who_may_not_add_her_to_a_group_sees_her_leave_as_everybody_who_does_not_want_to_be_there(Choice choice) {
        for (var asker : Asker.values()) {
            var village = WholeServer.village();
            var juliet = village.member("juliet", "balcony");
            var eye = village.member(asker.account, "eye");
            acquaint(juliet, eye, asker);
            var listed = choice.lists() ? "<contact jid='paris@sim.test'/>" : "";
            set(
                    juliet,
                    null,
                    "<privacy xmlns='urn:kith:privacy:0'><show what='groups-add' who='%s'>%s</show></privacy>"
                            .formatted(choice.label(), listed));
            juliet.takes();
            set(
                    eye,
                    ROOM,
                    "<create xmlns='urn:kith:groups:0'><name>Ball</name><member jid='juliet@sim.test'/></create>");
            juliet.takes();
            juliet.sends("<iq type='get' id='g'><groups xmlns='urn:kith:groups:0'/></iq>");
            boolean isIn = juliet.takes().toString().contains(ROOM);
            boolean may = asker != Asker.BLOCKED && (choice == Choice.EVERYONE || asker.maySee(choice));
            assertEquals(may, isIn, () -> asker + " adds");
            var told = eye.takes().toString();
            assertEquals(!may, told.contains("kind='left'") || told.contains("kind=\"left\""), told);
        }
    }

    // ---- a place for a while ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Asker.class)
    void after_its_time_a_place_is_on_no_path(Asker asker) {
        var play = new PrivacyPlay(Thing.RECEIPTS, Choice.EVERYONE, asker);
        play.publishes("http://jabber.org/protocol/nick", "<nick xmlns='http://jabber.org/protocol/nick'>J</nick>");
        set(
                play.juliet,
                null,
                pubsub("<publish node='" + PLACE + "'><item id='current'><geoloc xmlns='" + PLACE
                                + "'><lat>45.43</lat></geoloc></item></publish>")
                        .replace(
                                "</publish>",
                                "</publish><publish-options><x xmlns='jabber:x:data' type='submit'>"
                                        + "<field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options"
                                        + "</value></field><field var='pubsub#item_expire'><value>3600</value></field>"
                                        + "</x></publish-options>"));
        play.saw("live");
        set(play.eye, JULIET, pubsub("<subscribe node='" + PLACE + "' jid='" + bare(play.eye) + "'/>"));
        play.asks("live", pubsub("<items node='" + PLACE + "'/>"), JULIET);
        boolean may = asker == Asker.CONTACT || asker == Asker.LISTED;
        assertEquals(may, play.seen.toString().contains("45.43"), () -> play.seen.toString());

        play.village.pass(3_600_001);
        play.seen.clear();
        play.all();
        set(play.eye, null, "<query xmlns='urn:xmpp:mam:2'/>");
        play.saw("archive");
        assertTrue(play.seen.size() > 10);
        play.seen.forEach((path, got) ->
                assertTrue(!got.toString().contains("45.43"), () -> path + " tells where she was: " + got));
    }

    // ---- who is who ------------------------------------------------------------------------------------------------

    @Test
    void what_a_stranger_asks_tells_no_account_from_none() {
        var village = WholeServer.village();
        var eye = village.phone("tybalt", "eye");
        village.phone("juliet", "balcony");
        for (var payload : List.of(
                "<query xmlns='jabber:iq:last'/>",
                "<query xmlns='jabber:iq:roster'/>",
                "<ping xmlns='urn:xmpp:ping'/>",
                "<seen xmlns='urn:kith:status:0' id='s1'/>",
                pubsub("<items node='urn:xmpp:avatar:metadata'/>"),
                pubsub("<subscriptions/>"),
                pubsub("<affiliations/>"),
                pubsub("<default/>"),
                pubsub(""),
                pubsub("<create/>"),
                pubsub("<publish node='urn:xmpp:bookmarks:1'><item id='x'/></publish>"),
                owner("<default/>"),
                owner("<delete node='urn:xmpp:bookmarks:1'/>"))) {
            for (var type : List.of("get", "set")) {
                for (var to : List.of("%s@sim.test", "%s@sim.test/tomb")) {
                    assertEquals(
                            answer(eye, type, to, "nobody", payload),
                            answer(eye, type, to, "juliet", payload),
                            payload);
                }
            }
        }
    }

    private static String answer(Phone eye, String type, String to, String name, String payload) {
        eye.sends("<iq type='" + type + "' id='q' to='" + to.formatted(name) + "'>" + payload + "</iq>");
        return eye.takes().toString().replace(name, "NAME");
    }
}
