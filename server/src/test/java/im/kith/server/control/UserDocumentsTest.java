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
    void each_user_is_a_document_of_its_own_without_the_archive() throws IOException {
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
                all.add(Xml.xml(new String(user, StandardCharsets.UTF_8)).toString());
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
            assertEquals(Map.of("XInclude", 1, "archived messages", 1), users.leftOut());
        }
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
