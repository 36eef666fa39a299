package im.kith.xmpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Timestamps (XEP-0082), pages (XEP-0059), forms (XEP-0004) and capabilities (XEP-0115).
class ValuesTest {

    @Test
    void moments_are_written_in_utc_with_milliseconds() {
        assertEquals("1969-07-21T02:56:15.000Z", Timestamp.of(Instant.parse("1969-07-21T02:56:15Z")));
        assertEquals("2026-01-02T03:04:05.067Z", Timestamp.of(Instant.parse("2026-01-02T03:04:05.0679Z")));
        assertEquals("1970-01-01T00:00:00.001Z", Timestamp.of(1));
    }

    @ParameterizedTest
    @CsvSource({
        "1969-07-21T02:56:15Z,      -14159025000",
        "1969-07-20T21:56:15-05:00, -14159025000",
        "1969-07-21T02:56:15.5Z,    -14159024500",
        "1970-01-01T00:00:00.123456Z, 123",
    })
    void moments_are_read_with_any_offset(String text, long epochMillis) {
        assertEquals(epochMillis, moment(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1969-07-21",
                "02:56:15Z",
                "1969-07-21T02:56:15",
                "1969-07-21 02:56:15Z",
                "19690721T02:56:15",
                "tomorrow",
                "1969-13-21T02:56:15Z",
                "1969-07-21T25:56:15Z"
            })
    void what_is_no_moment_is_refused(String text) {
        assertNull(Timestamp.parse(text));
    }

    @Property
    void moments_come_back(@ForAll @LongRange(min = 0, max = 253402300799999L) long epochMillis) {
        assertEquals(epochMillis, moment(Timestamp.of(epochMillis)));
    }

    private static long moment(String text) {
        var moment = Timestamp.parse(text);
        if (moment == null) throw new AssertionError(text);
        return moment.toEpochMilli();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<max>10</max>| 10 | | | ",
                "<max>10</max><after>a b</after>| 10 | a b | | ",
                "<max> 10 </max><before/>| 10 | | '' | ",
                "<before>x</before>| | | x | ",
                "<max>0</max>| 0 | | | ",
                "<index>371</index><max>10</max>| 10 | | | 371",
            })
    void pages_are_asked_for(
            String xml,
            @Nullable Integer max,
            @Nullable String after,
            @Nullable String before,
            @Nullable Integer index) {
        var asked = PageRequest.parse(query(xml));
        assertEquals(new PageRequest(max, after, before, index), asked);
        assertNotNull(asked);
        assertEquals(
                asked,
                PageRequest.parse(
                        Element.build("a", "b").child(asked.toElement()).build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<max>-1</max>", "<max/>", "<max>ten</max>", "<max>99999999999</max>", "<index>x</index>"})
    void pages_are_not_asked_for_like_this(String xml) {
        assertNull(PageRequest.parse(query(xml)));
    }

    @Test
    void a_page_is_bounded_by_the_server() {
        assertEquals(PageRequest.FIRST, PageRequest.parse(Element.empty("a", "b")));
        assertEquals(50, PageRequest.FIRST.max(50, 100));
        assertEquals(100, new PageRequest(1000, null, "", null).max(50, 100));
        assertTrue(new PageRequest(1000, null, "", null).isBackwards());
    }

    @Test
    void a_page_says_what_it_is() {
        assertEquals(
                Recording.only("<set xmlns='http://jabber.org/protocol/rsm'><first index='0'>stpeter@jabber.org</first>"
                        + "<last>peterpan@neverland.lit</last><count>800</count></set>"),
                new Page("stpeter@jabber.org", "peterpan@neverland.lit", 0, 800).toElement());
        assertEquals(
                Recording.only("<set xmlns='http://jabber.org/protocol/rsm'><count>790</count></set>"),
                Page.empty(790).toElement());
    }

    private static Element query(String set) {
        return Recording.only("<query><set xmlns='http://jabber.org/protocol/rsm'>" + set + "</set></query>");
    }

    @Test
    void a_form_is_read_as_it_was_written() {
        var form = DataForm.build(DataForm.Type.FORM, "urn:example:bot")
                .title("Bot")
                .instructions("Fill it in.")
                .field("text-single", "name", "Its name", true)
                .field(new DataForm.Field(
                        "features",
                        "list-multi",
                        null,
                        false,
                        List.of("news", "search"),
                        List.of(new DataForm.Option("news", "News"), new DataForm.Option("search", null))))
                .field("public", "1")
                .build();
        var read = DataForm.parse(form.toElement());
        assertNotNull(read);
        assertEquals(form.toElement(), read.toElement());
        assertEquals("urn:example:bot", read.formType());
        assertEquals(
                List.of("name", "features", "public"),
                read.fields().stream().map(DataForm.Field::name).toList());
        assertEquals("news", read.value("features"));
        assertEquals(true, read.isTrue("public"));
        assertNull(read.isTrue("features"));
        assertNull(read.value("absent"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<x xmlns='jabber:x:data'/>",
                "<x xmlns='jabber:x:data' type='other'/>",
                "<x xmlns='urn:other' type='submit'/>",
                "<x xmlns='jabber:x:data' type='submit'><field var='a'/><field var='a'/></x>",
                "<x xmlns='jabber:x:data' type='submit'><field/></x>"
            })
    void what_is_no_form_is_refused(String xml) {
        assertNull(DataForm.parse(Recording.only(xml)));
    }

    private static final String SIMPLE = "<query xmlns='http://jabber.org/protocol/disco#info'>"
            + "<identity category='client' name='Exodus 0.9.1' type='pc'/>"
            + "<feature var='http://jabber.org/protocol/muc'/><feature var='http://jabber.org/protocol/caps'/>"
            + "<feature var='http://jabber.org/protocol/disco#info'/>"
            + "<feature var='http://jabber.org/protocol/disco#items'/></query>";

    private static final String COMPLEX = "<query xmlns='http://jabber.org/protocol/disco#info' node='x'>"
            + "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
            + "<identity xml:lang='el' category='client' name='\u03A8 0.11' type='pc'/>"
            + "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/>"
            + "<feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/muc'/>"
            + "<x xmlns='jabber:x:data' type='result'>"
            + "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>"
            + "<field var='ip_version'><value>ipv6</value><value>ipv4</value></field>"
            + "<field var='software'><value>Psi</value></field><field var='software_version'><value>0.11</value></field>"
            + "<field var='os'><value>Mac</value></field><field var='os_version'><value>10.5.1</value></field></x></query>";

    @Test
    void capabilities_are_hashed_as_in_the_examples_of_xep_0115() {
        assertEquals("QgayPKawpkPSDYmwT/WM94uAlu0=", Capabilities.ver(Recording.only(SIMPLE), "sha-1"));
        assertEquals("q07IKJEyjvHSyhy//CH0CxmKi8w=", Capabilities.ver(Recording.only(COMPLEX), "sha-1"));
        assertTrue(Capabilities.isVerified(Recording.only(SIMPLE), "sha-1", "QgayPKawpkPSDYmwT/WM94uAlu0="));
        assertNull(Capabilities.ver(Recording.only(SIMPLE), "md5"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<feature var='a'/><feature var='a'/>",
                "<identity category='a' type='b'/><identity category='a' type='b'/>",
                "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>a</value></field></x>"
                        + "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>a</value></field></x>",
                "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>a</value><value>b</value></field></x>"
            })
    void ill_formed_answers_have_no_hash(String children) {
        assertNull(Capabilities.ver(info(children), "sha-1"));
    }

    @Test
    void forms_without_a_hidden_type_do_not_count() {
        var plain = Capabilities.ver(info("<feature var='a'/>"), "sha-256");
        assertEquals(
                plain,
                Capabilities.ver(
                        info(
                                "<feature var='a'/><x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>a</value></field>"
                                        + "<field var='b'><value>c</value></field></x>"),
                        "sha-256"));
    }

    private static Element info(String children) {
        return Recording.only("<query xmlns='http://jabber.org/protocol/disco#info'>" + children + "</query>");
    }
}
