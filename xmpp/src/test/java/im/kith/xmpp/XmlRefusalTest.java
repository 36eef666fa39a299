package im.kith.xmpp;

import static im.kith.xmpp.Recording.HEADER;
import static im.kith.xmpp.Recording.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each construct that is refused, with the condition that says why; whole and byte by byte.
class XmlRefusalTest {

    private static final String NOT_WELL_FORMED = "not-well-formed";
    private static final String RESTRICTED = "restricted-xml";
    private static final String PREFIX = "bad-namespace-prefix";
    private static final String ENCODING = "unsupported-encoding";
    private static final String FORMAT = "bad-format";
    private static final String POLICY = "policy-violation";

    /// Small enough to be reached in a table.
    private static final XmlReader.Limits LIMITS = new XmlReader.Limits(500, 4, 4, 20, 8, 3);

    static Stream<Arguments> inStream() {
        return Stream.of(
                // RFC 6120 §11.1
                row(RESTRICTED, "<!-- comment -->"),
                row(RESTRICTED, "<message><!-- comment --></message>"),
                row(RESTRICTED, "<?pi data?>"),
                row(RESTRICTED, "<message><?pi data?></message>"),
                row(RESTRICTED, "<!DOCTYPE x>"),
                row(RESTRICTED, "<message><!ENTITY x 'y'></message>"),
                row(RESTRICTED, "<message>&nbsp;</message>"),
                row(RESTRICTED, "<message to='&lol9;'/>"),
                row(RESTRICTED, "<message>&averylongentitynamethatneverseemstoend"),
                row(RESTRICTED, "<?xml version='1.0'?>"),
                // XML 1.0
                row(NOT_WELL_FORMED, "<message><body>No closing tag!</message>"),
                row(NOT_WELL_FORMED, "<message></iq>"),
                row(NOT_WELL_FORMED, "<message></message x='1'>"),
                row(NOT_WELL_FORMED, "<message></stream:stream>"),
                row(NOT_WELL_FORMED, "</stream>"),
                row(NOT_WELL_FORMED, "< message/>"),
                row(NOT_WELL_FORMED, "<1message/>"),
                row(NOT_WELL_FORMED, "<mess×age/>"),
                row(NOT_WELL_FORMED, "<>"),
                row(NOT_WELL_FORMED, "<message/ >"),
                row(NOT_WELL_FORMED, "<message to/>"),
                row(NOT_WELL_FORMED, "<message to=>"),
                row(NOT_WELL_FORMED, "<message to=x/>"),
                row(NOT_WELL_FORMED, "<message to='x'id='y'/>"),
                row(NOT_WELL_FORMED, "<message to='x' to='y'/>"),
                row(NOT_WELL_FORMED, "<message to='<'/>"),
                row(NOT_WELL_FORMED, "<message to='&'/>"),
                row(NOT_WELL_FORMED, "<message>a & b</message>"),
                row(NOT_WELL_FORMED, "<message>&;</message>"),
                row(NOT_WELL_FORMED, "<message>&#;</message>"),
                row(NOT_WELL_FORMED, "<message>&#x;</message>"),
                row(NOT_WELL_FORMED, "<message>&#xg;</message>"),
                row(NOT_WELL_FORMED, "<message>&#0;</message>"),
                row(NOT_WELL_FORMED, "<message>&#x1F;</message>"),
                row(NOT_WELL_FORMED, "<message>&#xD800;</message>"),
                row(NOT_WELL_FORMED, "<message>&#xFFFE;</message>"),
                row(NOT_WELL_FORMED, "<message>&#x110000;</message>"),
                row(NOT_WELL_FORMED, "<message>&#99999999999;</message>"),
                row(NOT_WELL_FORMED, "<message>]]></message>"),
                row(NOT_WELL_FORMED, "<message>]]]></message>"),
                row(NOT_WELL_FORMED, "<message><![CDAT[x]]></message>"),
                row(NOT_WELL_FORMED, "<message>\u0001</message>"),
                row(NOT_WELL_FORMED, "<message>\u0000</message>"),
                row(NOT_WELL_FORMED, "<message><![CDATA[\u0008]]></message>"),
                row(NOT_WELL_FORMED, "<message to='\u000b'/>"),
                row(NOT_WELL_FORMED, "<message>\uFFFE</message>"),
                row(NOT_WELL_FORMED, "<message to='\uFFFF'/>"),
                // Namespaces in XML 1.0
                row(PREFIX, "<x:message/>"),
                row(PREFIX, "<message x:y='z'/>"),
                row(PREFIX, "<xmlns:message/>"),
                row(NOT_WELL_FORMED, "<:message/>"),
                row(NOT_WELL_FORMED, "<a:b:c xmlns:a='urn:a'/>"),
                row(NOT_WELL_FORMED, "<a: xmlns:a='urn:a'/>"),
                row(NOT_WELL_FORMED, "<message xmlns:='urn:a'/>"),
                row(NOT_WELL_FORMED, "<message xmlns:a=''/>"),
                row(NOT_WELL_FORMED, "<message xmlns:a='urn:a' xmlns:a='urn:b'/>"),
                row(NOT_WELL_FORMED, "<message xmlns='urn:a' xmlns='urn:b'/>"),
                row(NOT_WELL_FORMED, "<message xmlns:a='urn:a' xmlns:b='urn:a' a:x='1' b:x='2'/>"),
                row(NOT_WELL_FORMED, "<message xmlns:xml='urn:a'/>"),
                row(NOT_WELL_FORMED, "<message xmlns:a='http://www.w3.org/XML/1998/namespace'/>"),
                row(NOT_WELL_FORMED, "<message xmlns:xmlns='urn:a'/>"),
                row(NOT_WELL_FORMED, "<message xmlns:a='http://www.w3.org/2000/xmlns/'/>"),
                row(NOT_WELL_FORMED, "<message xmlns='http://www.w3.org/XML/1998/namespace'/>"),
                row(NOT_WELL_FORMED, "<message xmlns='http://www.w3.org/2000/xmlns/'/>"),
                // Between the stanzas
                row(FORMAT, "hello"),
                row(FORMAT, "&#32;"),
                row(FORMAT, "<![CDATA[ ]]>"),
                row(FORMAT, "<message/>x"),
                row(FORMAT, "\uFEFF"),
                // Limits
                row(POLICY, "<message>" + "x".repeat(500)),
                row(POLICY, "<message a='" + "x".repeat(500)),
                row(POLICY, "<message " + " ".repeat(500)),
                row(POLICY, "<message></message" + " ".repeat(500)),
                row(POLICY, "<message><![CDATA[" + "]".repeat(500)),
                row(POLICY, "</stream:stream" + " ".repeat(500)),
                row(POLICY, "<message>" + "x".repeat(500 - 18) + "</message>"),
                row(POLICY, "<a><a><a><a><a/></a></a></a></a>"),
                row(POLICY, "<a a='' b='' c='' d='' e=''/>"),
                row(POLICY, "<a a='' b='' c='' d='' xmlns=''/>"),
                row(POLICY, "<a xmlns:a='u:a' xmlns:b='u:b' xmlns:c='u:c' xmlns:d='u:d' xmlns:e='u:e'/>"),
                row(POLICY, "<a xmlns:a='u:a' xmlns:b='u:b'><a xmlns:c='u:c' xmlns:d='u:d'/></a>"),
                row(POLICY, "<a xmlns:p='urn:" + "p".repeat(200) + "'><p:a/><p:a/><p:a/></a>"),
                row(POLICY, "<a xmlns:p='urn:" + "p".repeat(200) + "' p:a='' p:b='' p:c=''/>"),
                row(POLICY, "<" + "a".repeat(21) + "/>"),
                row(POLICY, "<a " + "a".repeat(21) + "=''/>"),
                row(POLICY, "<a><b/><b/><b/><b/><b/><b/><b/><b/></a>"));
    }

    static Stream<Arguments> atStart() {
        return Stream.of(
                row(ENCODING, "<?xml version='1.0' encoding='ISO-8859-1'?>"),
                row(ENCODING, "<?xml version='1.0' encoding='UTF-16'?>"),
                row(NOT_WELL_FORMED, "<?xml version='1.1'?>"),
                row(NOT_WELL_FORMED, "<?xml?>"),
                row(NOT_WELL_FORMED, "<?xml encoding='UTF-8'?>"),
                row(NOT_WELL_FORMED, "<?xml version='1.0' bad='yes'?>"),
                row(NOT_WELL_FORMED, "<?xml version='1.0'" + " ".repeat(300)),
                row(RESTRICTED, " <?xml version='1.0'?>"),
                row(RESTRICTED, "<?xml version='1.0'?><?xml version='1.0'?>"),
                row(RESTRICTED, "<?xml-stylesheet href='x'?>"),
                row(RESTRICTED, "<!DOCTYPE stream>"),
                row(RESTRICTED, "<!-- -->"),
                row(NOT_WELL_FORMED, "GET / HTTP/1.1\r\n"),
                row(NOT_WELL_FORMED, "\u0016\u0003\u0001"),
                row(NOT_WELL_FORMED, "\uFEFF" + HEADER),
                row(NOT_WELL_FORMED, "</stream:stream>"),
                row(PREFIX, "<stream:stream xmlns='jabber:client'>"),
                row(POLICY, "<stream:stream " + " ".repeat(500)));
    }

    @ParameterizedTest
    @MethodSource("inStream")
    void refused_within_a_stream(String condition, String xml) {
        refused(condition, bytes(HEADER + xml));
    }

    @ParameterizedTest
    @MethodSource("atStart")
    void refused_at_the_start(String condition, String xml) {
        refused(condition, bytes(xml));
    }

    @Test
    void utf_16_is_another_encoding() {
        refused(ENCODING, HEADER.getBytes(StandardCharsets.UTF_16));
        refused(ENCODING, HEADER.getBytes(StandardCharsets.UTF_16LE));
        refused(ENCODING, HEADER.getBytes(StandardCharsets.UTF_16BE));
    }

    static Stream<Arguments> noUtf8() {
        return Stream.of(
                Arguments.of("a continuation byte alone", new int[] {0x80}),
                Arguments.of("an overlong slash", new int[] {0xC0, 0xAF}),
                Arguments.of("an overlong NUL", new int[] {0xC0, 0x80}),
                Arguments.of("overlong in three bytes", new int[] {0xE0, 0x80, 0xAF}),
                Arguments.of("overlong in four bytes", new int[] {0xF0, 0x80, 0x80, 0xAF}),
                Arguments.of("a high surrogate", new int[] {0xED, 0xA0, 0x80}),
                Arguments.of("a surrogate pair", new int[] {0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80}),
                Arguments.of("beyond U+10FFFF", new int[] {0xF4, 0x90, 0x80, 0x80}),
                Arguments.of("a five byte form", new int[] {0xF8, 0x88, 0x80, 0x80, 0x80}),
                Arguments.of("0xFE", new int[] {0xFE}),
                Arguments.of("0xFF", new int[] {0xFF}),
                Arguments.of("a character cut short", new int[] {0xE2, 0x82}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noUtf8")
    void bytes_that_are_no_utf_8_are_refused_everywhere(String what, int[] wrong) {
        var text = new String(wrong, 0, wrong.length).chars().mapToObj(c -> String.valueOf((char) c));
        var latin1 = String.join("", text.toList());
        for (var around : new String[] {"<a>%s</a>", "<a b='%s'/>", "<a><![CDATA[%s]]></a>", "<a%s/>", "<a></a%s>"}) {
            refused(ENCODING, (HEADER + around.formatted(latin1)).getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void what_is_within_the_limits_passes() {
        for (var xml : new String[] {
            "<message>" + "x".repeat(500 - 19) + "</message>",
            "<a><a><a><a/></a></a></a>",
            "<a a='' b='' c='' d=''/>",
            "<a xmlns:a='u:a' xmlns:b='u:b' xmlns:c='u:c'><a/></a>",
            "<" + "a".repeat(20) + "/>",
            "<a xmlns:p='urn:" + "p".repeat(200) + "'><p:a/><p:a/></a>",
            "<a xmlns='urn:" + "p".repeat(200) + "'><a/><a/><a/><a/></a>",
            "<a><b/><b/><b/><b/><b/><b/><b/></a>"
        }) {
            for (int piece : new int[] {1, 7, 10_000}) {
                var told = Recording.of(bytes(HEADER + xml + xml), piece, LIMITS);
                assertEquals(2, told.elements.size(), xml + told.events);
            }
        }
    }

    private static void refused(String condition, byte[] bytes) {
        IntStream.of(bytes.length, 1, 2, 3, 17).forEach(piece -> {
            var told = Recording.of(bytes, piece, LIMITS);
            assertEquals("failed " + condition, told.last(), "in pieces of " + piece);
            assertEquals(
                    1, told.events.stream().filter(e -> e.startsWith("failed")).count());
        });
    }

    private static Arguments row(String condition, String xml) {
        return Arguments.of(condition, xml);
    }
}
