package im.kith.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import im.kith.server.feature.Xml;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// XEP-0227 §4: documents as other servers write them.
class UserDocumentsTest {

    private static UserDocuments of(String document) throws IOException {
        return new UserDocuments(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void each_user_is_a_document_of_its_own_without_the_messages() throws IOException {
        try (var users = of("""
                <?xml version='1.0' encoding='UTF-8'?>
                <server-data xmlns='urn:xmpp:pie:0' xmlns:xi='http://www.w3.org/2001/XInclude'>
                  <host jid='capulet.com'>
                    <user name='juliet'>
                      <query xmlns='jabber:iq:roster'><item jid='romeo@montague.net' name='R &amp; M'/></query>
                      <archive xmlns='urn:xmpp:pie:0#mam'><result xmlns='urn:xmpp:mam:2' id='1'/></archive>
                    </user>
                    <xi:include href='/etc/passwd'/>
                  </host>
                  <host jid='montague.net'><p:user xmlns:p='urn:xmpp:pie:0' name='romeo'/></host>
                </server-data>""".strip())) {
            var all = new ArrayList<String>();
            for (var user = users.next(); user != null; user = users.next()) {
                all.add(Xml.xml(new String(user.document(), StandardCharsets.UTF_8))
                        .toString());
            }
            assertEquals(
                    List.of(
                            Xml.xml("<user xmlns='urn:xmpp:pie:0' name='juliet'>"
                                            + "<query xmlns='jabber:iq:roster'>"
                                            + "<item jid='romeo@montague.net' name='R &amp; M'/></query></user>")
                                    .toString(),
                            Xml.xml("<user xmlns='urn:xmpp:pie:0' name='romeo'/>")
                                    .toString()),
                    all);
            assertEquals(Map.of("XInclude", 1), users.leftOut());
        }
    }

    private static String message(int number) {
        return "<result xmlns='urn:xmpp:mam:2' id='" + number + "'><forwarded xmlns='urn:xmpp:forward:0'>"
                + "<message xmlns='jabber:client'><body>a &lt; " + number + "</body></message></forwarded></result>";
    }

    @Test
    void messages_come_in_parts_that_fit_and_what_waits_after_what_was() throws IOException {
        var results = new StringBuilder();
        for (int i = 0; i < 250; i++) results.append(message(i)).append("\n  ");
        var document = "<server-data xmlns='urn:xmpp:pie:0'><host jid='capulet.com'><user name='juliet'>"
                + "<offline-messages><message xmlns='jabber:client'><body>late</body></message></offline-messages>"
                + "<archive xmlns='urn:xmpp:pie:0#mam'> " + results + "</archive></user><user name='nurse'>"
                + "<archive xmlns='urn:xmpp:pie:0#mam'/><m:archive xmlns:m='urn:xmpp:pie:0#mam'>" + message(250)
                + "</m:archive></user></host></server-data>";
        var counts = new ArrayList<String>();
        int next = 0;
        try (var parts = new MessageDocuments(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)))) {
            for (var part = parts.next(); part != null; part = parts.next()) {
                var element = Xml.xml(new String(part.document(), StandardCharsets.UTF_8));
                counts.add(part.user().name() + " " + element.name() + " " + element.childCount());
                if (!element.name().equals("archive")) continue;
                for (var result : element.children()) {
                    assertEquals(Xml.xml(message(next++)).toString(), result.toString());
                }
            }
        }
        assertEquals(
                List.of(
                        "juliet archive 100",
                        "juliet archive 100",
                        "juliet archive 50",
                        "juliet offline-messages 1",
                        "nurse archive 1"),
                counts);
    }

    @Test
    void what_it_refers_to_is_not_read() throws IOException {
        try (var users = of("<!DOCTYPE s [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
                + "<server-data xmlns='urn:xmpp:pie:0'><host><user name='juliet'>&e;</user></host></server-data>")) {
            assertThrows(IOException.class, users::next);
        }
    }

    @Test
    void a_document_that_ends_too_early_is_an_error() throws IOException {
        try (var users = of("<server-data xmlns='urn:xmpp:pie:0'><host><user name='juliet'>")) {
            assertThrows(IOException.class, users::next);
        }
    }
}
