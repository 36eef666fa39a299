package im.kith.trial;

import im.kith.trial.play.Answer;
import im.kith.trial.play.Device;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import im.kith.trial.wire.Xml;
import java.util.ArrayList;
import java.util.List;

@Spec("XEP-0313")
class ArchiveTrial {

    private static final String MAM = "urn:xmpp:mam:2";
    private static final String RSM = "http://jabber.org/protocol/rsm";

    /// A page: what was in it, in order, and the set element that closes it.
    private record Page(List<Xml> results, Answer fin) {

        List<String> bodies() {
            return results.stream().map(Page::body).toList();
        }

        private static String body(Xml result) {
            var body = result.find("body");
            return body == null ? "" : body.text();
        }

        String id(int index) {
            return results.get(index).attributeOr("id", "");
        }

        boolean isComplete() {
            return fin.the("fin").attributeOr("complete", "").equals("true");
        }

        String first() {
            return fin.the("first").text();
        }

        String last() {
            return fin.the("last").text();
        }
    }

    @Trial
    @Spec("XEP-0313 §7.1")
    void the_archive_of_somebody_else_is_forbidden(World world) {
        twenty(world);
        var tybalt = world.user("tybalt").device("street").online();
        for (var name : List.of("juliet", "nobody-at-all")) {
            var query = "<iq type='%s' to='" + name + "@kith.test'><%s xmlns='urn:xmpp:mam:2'/></iq>";
            tybalt.asks(query.formatted("set", "query")).isError("forbidden");
            tybalt.asks(query.formatted("get", "query")).isError("forbidden");
            tybalt.asks(query.formatted("get", "metadata")).isError("forbidden");
            tybalt.asks(query.formatted("get", "prefs")).isError("forbidden");
        }
        tybalt.getsNothingElse();
    }

    @Trial
    @Spec("XEP-0313 §4.1")
    void the_archive_holds_both_sides_of_a_talk_in_order(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.says("Hark", juliet.user()).isAcked();
        juliet.hears("Hark");
        juliet.says("Who goes there?", romeo.user()).isAcked();

        expect(query(world, juliet, "", ""), "Hark", "Who goes there?");
        romeo.hears("Who goes there?");
        expect(query(world, romeo, "", ""), "Hark", "Who goes there?");
    }

    @Trial
    @Spec("XEP-0313 §4.1")
    void a_result_carries_the_message_its_id_and_its_time(World world) {
        var juliet = twenty(world);
        juliet.sends("<iq type='set' id='q'><query xmlns='" + MAM + "' queryid='f27'><set xmlns='" + RSM
                + "'><max>1</max></set></query></iq>");
        juliet.gets("""
            <message to='juliet@kith.test/balcony'>
              <result xmlns='urn:xmpp:mam:2' queryid='f27' id='*'>
                <forwarded xmlns='urn:xmpp:forward:0'>
                  <delay xmlns='urn:xmpp:delay' stamp='*Z'/>
                  <message xmlns='jabber:client' from='romeo@kith.test/orchard' to='juliet@kith.test' type='chat'>
                    <body>line 0</body>
                  </message>
                </forwarded>
              </result>
            </message>""");
    }

    @Trial
    @Spec({"XEP-0313 §4.3", "XEP-0059 §2.2"})
    void pages_lead_forwards_to_the_end(World world) {
        var juliet = twenty(world);
        var seen = new ArrayList<String>();
        var after = "";
        for (var pages = 0; pages < 10; pages++) {
            var page = query(world, juliet, "", "<max>7</max>" + after);
            seen.addAll(page.bodies());
            if (page.isComplete()) {
                break;
            }
            after = "<after>" + page.last() + "</after>";
        }
        equal(seen, lines(0, 20));
    }

    @Trial
    @Spec({"XEP-0313 §4.3", "XEP-0059 §2.4"})
    void pages_lead_backwards_to_the_beginning(World world) {
        var juliet = twenty(world);
        var seen = new ArrayList<String>();
        var before = "<before/>";
        for (var pages = 0; pages < 10; pages++) {
            var page = query(world, juliet, "", "<max>7</max>" + before);
            seen.addAll(0, page.bodies());
            if (page.isComplete()) {
                break;
            }
            before = "<before>" + page.first() + "</before>";
        }
        equal(seen, lines(0, 20));
    }

    @Trial
    @Spec("XEP-0313 §4.3")
    void the_last_page_is_asked_for_with_an_empty_before(World world) {
        expect(query(world, twenty(world), "", "<max>3</max><before/>"), "line 17", "line 18", "line 19");
    }

    @Trial
    @Spec("XEP-0313 §4.3.3")
    void a_page_can_be_flipped(World world) {
        var juliet = twenty(world);
        expect(query(world, juliet, "", "<max>3</max><before/>", "<flip-page/>"), "line 19", "line 18", "line 17");
    }

    @Trial
    @Spec("XEP-0313 §4.1.1")
    void a_query_can_be_about_one_person(World world) {
        var juliet = twenty(world);
        var paris = world.user("paris").device("hall").online();
        paris.says("Marry me", juliet.user()).isAcked();
        juliet.hears("Marry me");
        expect(query(world, juliet, field("with", "paris@kith.test"), ""), "Marry me");
    }

    @Trial
    @Spec("XEP-0313 §4.1.2")
    void a_query_can_be_about_a_time(World world) {
        var juliet = twenty(world);
        expect(query(world, juliet, field("start", "2999-01-01T00:00:00Z"), ""));
        expect(query(world, juliet, field("end", "1999-01-01T00:00:00Z"), ""));
        equal(query(world, juliet, field("start", "1999-01-01T00:00:00Z"), "").bodies(), lines(0, 20));
    }

    @Trial
    @Spec("XEP-0313 §4.1.4")
    void a_query_can_begin_after_an_id_and_end_before_one(World world) {
        var juliet = twenty(world);
        var all = query(world, juliet, "", "");
        expect(
                query(world, juliet, field("after-id", all.id(4)) + field("before-id", all.id(8)), ""),
                "line 5",
                "line 6",
                "line 7");
    }

    @Trial
    @Spec("XEP-0313 §4.1.5")
    void a_query_can_be_for_certain_ids(World world) {
        var juliet = twenty(world);
        var all = query(world, juliet, "", "");
        expect(query(world, juliet, fields("ids", all.id(3), all.id(11)), ""), "line 3", "line 11");
    }

    @Trial
    @Spec("XEP-0313 §4.1.5")
    void an_id_that_is_not_there_is_said_so(World world) {
        var juliet = twenty(world);
        juliet.asks("<iq type='set'><query xmlns='" + MAM + "'>" + form(fields("ids", "no-such-id")) + "</query></iq>")
                .isError("item-not-found");
    }

    @Trial
    @Spec("XEP-0313 §4.3.1")
    void a_page_that_begins_nowhere_is_not_found(World world) {
        var juliet = twenty(world);
        juliet.asks("<iq type='set'><query xmlns='" + MAM + "'><set xmlns='" + RSM
                        + "'><max>3</max><after>no-such-id</after></set></query></iq>")
                .isError("item-not-found");
    }

    @Trial
    @Spec("XEP-0059 §2.6")
    void a_page_of_nothing_tells_the_count_if_any(World world) {
        var juliet = twenty(world);
        var page = query(world, juliet, "", "<max>0</max>");
        equal(page.bodies(), List.of());
    }

    @Trial
    @Spec("XEP-0313 §5.1")
    void the_metadata_tell_the_first_and_the_last(World world) {
        var juliet = twenty(world);
        var all = query(world, juliet, "", "");
        var metadata = juliet.asks("<iq type='get'><metadata xmlns='" + MAM + "'/></iq>")
                .isResult()
                .the("metadata");
        if (!String.valueOf(metadata.child("start")).contains(all.id(0))
                || !String.valueOf(metadata.child("end")).contains(all.id(19))) {
            throw new AssertionError("wrong metadata: " + metadata);
        }
    }

    @Trial
    @Spec("XEP-0313 §5.1")
    void the_metadata_of_an_empty_archive_are_empty(World world) {
        world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get'><metadata xmlns='" + MAM + "'/></iq>")
                .is("<iq type='result'><metadata xmlns='" + MAM + "'/></iq>");
    }

    @Trial
    @Spec("XEP-0313 §7.1")
    void the_form_lists_what_can_be_asked(World world) {
        var form = world.user("romeo")
                .device("orchard")
                .online()
                .asks("<iq type='get'><query xmlns='" + MAM + "'/></iq>")
                .isResult()
                .the("x")
                .toString();
        for (var field : new String[] {"with", "start", "end", "before-id", "after-id", "ids"}) {
            if (!form.contains("var='" + field + "'")) {
                throw new AssertionError("no field " + field + " in " + form);
            }
        }
    }

    @Trial
    @Spec("XEP-0441")
    void who_wants_no_archive_has_none(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        juliet.asks("<iq type='set'><prefs xmlns='" + MAM + "' default='never'><always/><never/></prefs></iq>")
                .isResult();
        juliet.asks("<iq type='get'><prefs xmlns='" + MAM + "'/></iq>")
                .is("<iq type='result'><prefs xmlns='" + MAM + "' default='never'><always/><never/></prefs></iq>");

        romeo.says("Unrecorded", juliet.user()).isAcked();
        juliet.hears("Unrecorded");

        expect(query(world, juliet, "", ""));
    }

    @Trial
    @Spec("XEP-0313 §5.2")
    void what_is_not_to_be_stored_is_not_in_the_archive(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.sends("<message to='juliet@kith.test' type='chat'><body>Fleeting</body>"
                + "<no-store xmlns='urn:xmpp:hints'/></message>");
        romeo.sends("<message to='juliet@kith.test' type='chat'>"
                + "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
        romeo.says("Lasting", juliet.user()).isAcked();
        juliet.hears("Fleeting");
        juliet.nextMessage();
        juliet.hears("Lasting");
        expect(query(world, juliet, "", ""), "Lasting");
    }

    // The language of these plays

    /// Juliet, who has heard twenty lines from Romeo.
    private static Device twenty(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        for (var i = 0; i < 20; i++) {
            romeo.says("line " + i, juliet.user());
        }
        for (var i = 0; i < 20; i++) {
            juliet.hears("line " + i);
        }
        return juliet;
    }

    private static List<String> lines(int from, int to) {
        var lines = new ArrayList<String>();
        for (var i = from; i < to; i++) {
            lines.add("line " + i);
        }
        return lines;
    }

    private static Page query(World world, Device device, String fields, String set, String... more) {
        var queryId = "query" + System.nanoTime();
        var page = set.isEmpty() ? "" : "<set xmlns='" + RSM + "'>" + set + "</set>";
        var fin = device.asks("<iq type='set'><query xmlns='" + MAM + "' queryid='" + queryId + "'>"
                        + (fields.isEmpty() ? "" : form(fields)) + page + String.join("", more) + "</query></iq>")
                .isResult();
        return new Page(device.takesResults(queryId), fin);
    }

    private static String form(String fields) {
        return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>" + MAM
                + "</value></field>" + fields + "</x>";
    }

    private static String field(String name, String value) {
        return fields(name, value);
    }

    private static String fields(String name, String... values) {
        var field = new StringBuilder("<field var='" + name + "'>");
        for (var value : values) {
            field.append("<value>").append(value).append("</value>");
        }
        return field.append("</field>").toString();
    }

    private static void expect(Page page, String... bodies) {
        equal(page.bodies(), List.of(bodies));
    }

    private static void equal(List<String> actual, List<String> expected) {
        if (!actual.equals(expected)) {
            throw new AssertionError("expected " + expected + ", got " + actual);
        }
    }
}
