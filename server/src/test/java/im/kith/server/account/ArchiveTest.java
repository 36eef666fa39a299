package im.kith.server.account;

import static im.kith.server.feature.Xml.stanza;
import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import im.kith.server.feature.Replies;
import im.kith.store.Entry;
import im.kith.xmpp.StanzaError.Condition;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// XEP-0313, with its own examples where it has some: results, refusals, the form, metadata.
class ArchiveTest extends ArchiveStage {

    @Nested
    class Results {

        @Test
        void a_result_wraps_the_stored_message_with_id_and_time() {
            keep(7, START, ROMEO, """
                    <message from='romeo@montague.lit/orchard' to='juliet@capulet.lit' type='chat'>\
                    <body>Call me but love &amp; I&apos;ll be new baptized</body></message>""");

            var answer = ask("<query xmlns='urn:xmpp:mam:2' queryid='f27'/>");

            assertEquals(xml("""
                            <message xmlns='jabber:client' from='juliet@capulet.lit' to='juliet@capulet.lit/balcony'>
                              <result xmlns='urn:xmpp:mam:2' queryid='f27' id='0000000000000007'>
                                <forwarded xmlns='urn:xmpp:forward:0'>
                                  <delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25.000Z'/>
                                  <message xmlns='jabber:client' from='romeo@montague.lit/orchard'
                                           to='juliet@capulet.lit' type='chat'>
                                    <body>Call me but love &amp; I'll be new baptized</body>
                                  </message>
                                </forwarded>
                              </result>
                            </message>"""), stanza(answer.messages().getFirst()));
            assertEquals(xml("""
                            <fin xmlns='urn:xmpp:mam:2' complete='true'>
                              <set xmlns='http://jabber.org/protocol/rsm'>
                                <first>0000000000000007</first>
                                <last>0000000000000007</last>
                                <count>1</count>
                              </set>
                            </fin>"""), Replies.payload(answer.reply()));
        }

        @Test
        void a_queryid_is_escaped_and_left_out_when_there_was_none() {
            keep(1, START, ROMEO);

            var odd = ask("<query xmlns='urn:xmpp:mam:2' queryid='&lt;&apos;&amp;&gt;'/>");
            assertEquals("<'&>", resultOf(odd.messages().getFirst()).attribute("queryid"));

            var none = ask("<query xmlns='urn:xmpp:mam:2'/>");
            assertEquals(null, resultOf(none.messages().getFirst()).attribute("queryid"));
        }

        @Test
        void an_empty_archive_gives_an_empty_complete_page() {
            assertEquals(
                    xml("""
                            <fin xmlns='urn:xmpp:mam:2' complete='true'>
                              <set xmlns='http://jabber.org/protocol/rsm'><count>0</count></set>
                            </fin>"""),
                    Replies.payload(ask("<query xmlns='urn:xmpp:mam:2'/>").reply()));
        }

        @Test
        void entries_that_are_not_archived_are_not_shown() {
            keep(1, START, ROMEO);
            store.entries.add(new Entry(2, START, 0, ROMEO, 0, new byte[0], body("<message/>")));

            assertEquals(List.of(1L), ids(ask("<query xmlns='urn:xmpp:mam:2'/>")));
        }
    }

    @Nested
    class Refusals {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<field var='after-id'><value>000000000000000b</value></field>",
                    "<field var='before-id'><value>000000000000000b</value></field>",
                    "<field var='ids'><value>0000000000000001</value><value>000000000000000b</value></field>",
                    "<field var='after-id'><value>28482-98726-73623</value></field>",
                    "<field var='ids'><value/></field>",
                })
        void an_id_that_is_not_in_the_archive_is_not_found(String field) {
            keepTen();
            store.entries.add(new Entry(11, START, 0, ROMEO, 0, new byte[0], body("<message/>")));

            assertEquals(
                    Condition.ITEM_NOT_FOUND,
                    Replies.error(ask(form(field)).reply()).condition());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"<after>000000000000000b</after>", "<before>000000000000000b</before>", "<after>x</after>"})
        void a_page_from_an_id_that_is_not_in_the_archive_is_not_found(String paging) {
            keepTen();

            assertEquals(
                    Condition.ITEM_NOT_FOUND,
                    Replies.error(ask(query("", rsm(paging))).reply()).condition());
        }

        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '"',
                value = {
                    "<field var='start'><value>yesterday</value></field>,            BAD_REQUEST",
                    "<field var='end'><value>2010-07-10</value></field>,             BAD_REQUEST",
                    "<field var='end'><value>2010-07-10T23:08:25</value></field>,    BAD_REQUEST",
                    "<field var='end'><value>+999999999-01-01T00:00:00Z</value></field>, BAD_REQUEST",
                    "<field var='with'><value>@</value></field>,                     JID_MALFORMED",
                    "<field var='with'/>,                                            BAD_REQUEST",
                    "<field var='with'><value>a</value><value>b</value></field>,     BAD_REQUEST",
                    "<field var='include-groupchat'><value>perhaps</value></field>,  BAD_REQUEST",
                    "<field var='{http://example.com/}free-text-search'/>,           FEATURE_NOT_IMPLEMENTED",
                })
        void a_wrong_field_is_refused(String field, Condition condition) {
            assertEquals(condition, Replies.error(ask(form(field)).reply()).condition());
        }

        @ParameterizedTest
        @CsvSource({
            "<max>-1</max>,   BAD_REQUEST",
            "<max>many</max>, BAD_REQUEST",
            "<max/>,          BAD_REQUEST",
            "<index>3</index>, FEATURE_NOT_IMPLEMENTED",
        })
        void a_wrong_page_is_refused(String page, Condition condition) {
            assertEquals(
                    condition, Replies.error(ask(query("", rsm(page))).reply()).condition());
        }

        @Test
        void another_form_a_node_or_too_many_ids_are_refused() {
            assertEquals(Condition.BAD_REQUEST, Replies.error(ask("""
                            <query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>
                              <field var='FORM_TYPE'><value>urn:xmpp:mam:1</value></field>
                            </x></query>""").reply()).condition());
            assertEquals(
                    Condition.ITEM_NOT_FOUND,
                    Replies.error(ask("<query xmlns='urn:xmpp:mam:2' node='n'/>")
                                    .reply())
                            .condition());
            var many = String.join("", Collections.nCopies(101, "<value>" + id(1) + "</value>"));
            assertEquals(
                    Condition.NOT_ACCEPTABLE,
                    Replies.error(ask(form("<field var='ids'>" + many + "</field>"))
                                    .reply())
                            .condition());
        }

        @Test
        void a_broken_store_fails_the_stage() {
            store.broken = true;

            assertThrows(CompletionException.class, () -> ask("<query xmlns='urn:xmpp:mam:2'/>"));
        }
    }

    @Test
    void the_form_lists_the_fields() {
        assertEquals(
                xml("""
                        <query xmlns='urn:xmpp:mam:2'>
                          <x xmlns='jabber:x:data' type='form'>
                            <field type='hidden' var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>
                            <field type='jid-single' var='with'/>
                            <field type='text-single' var='start'/>
                            <field type='text-single' var='end'/>
                            <field type='text-single' var='before-id'/>
                            <field type='text-single' var='after-id'/>
                            <field type='list-multi' var='ids'>
                              <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><open/></validate>
                            </field>
                            <field type='boolean' var='include-groupchat'/>
                          </x>
                        </query>"""),
                Replies.payload(answer("<query xmlns='urn:xmpp:mam:2'/>", false).reply()));
    }

    @Test
    void metadata_tell_both_ends_of_the_archive() {
        store.entries.add(new Entry(1, START - 5000, 0, ROMEO, 0, new byte[0], body("<message/>")));
        keep(2, START, ROMEO);
        keep(5, START + 1000, ROMEO);

        assertEquals(
                xml("""
                        <metadata xmlns='urn:xmpp:mam:2'>
                          <start id='0000000000000002' timestamp='2010-07-10T23:08:25.000Z'/>
                          <end id='0000000000000005' timestamp='2010-07-10T23:08:26.000Z'/>
                        </metadata>"""),
                Replies.payload(
                        answer("<metadata xmlns='urn:xmpp:mam:2'/>", false).reply()));
    }

    @Test
    void metadata_of_an_empty_archive_are_empty() {
        var metadata = xml("<metadata xmlns='urn:xmpp:mam:2'/>");

        assertEquals(
                metadata,
                Replies.payload(
                        answer("<metadata xmlns='urn:xmpp:mam:2'/>", false).reply()));
        assertEquals(
                Condition.SERVICE_UNAVAILABLE,
                Replies.error(answer("<metadata xmlns='urn:xmpp:mam:2'/>", true).reply())
                        .condition());
    }
}
