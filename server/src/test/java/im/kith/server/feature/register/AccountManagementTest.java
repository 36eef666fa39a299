package im.kith.server.feature.register;

import static im.kith.server.feature.Xml.xml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.kith.server.feature.FakeOwner;
import im.kith.server.feature.Manifest.Scope;
import im.kith.server.feature.Replies;
import im.kith.server.feature.Reply;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.StreamError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccountManagementTest {

    private final FakeOwner bill = new FakeOwner("bill@shakespeare.lit");
    private final List<String> done = new ArrayList<>();
    private Reply outcome = Reply.empty();

    private final AccountManagement feature = new AccountManagement(new Accounts() {
        @Override
        public CompletionStage<Reply> changePassword(String account, String password) {
            done.add("password of " + account + ": " + password);
            return CompletableFuture.completedFuture(outcome);
        }
    });

    @ParameterizedTest
    @EnumSource(names = {"OWN", "SERVER"})
    void who_asks_is_registered(Scope scope) {
        assertEquals(xml("""
                        <query xmlns='jabber:iq:register'>
                          <registered/>
                          <instructions>You have an account here. You can change its password or remove it.</instructions>
                          <username>bill</username>
                          <password/>
                        </query>"""), Replies.payload(ask(scope, "get", "")));
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN", "SERVER"})
    void the_password_is_changed(Scope scope) {
        assertNull(Replies.payload(ask(scope, "set", "<username>Bill</username><password>newpass</password>")));

        assertEquals(List.of("password of bill: newpass"), done);
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN", "SERVER"})
    void the_account_is_removed(Scope scope) {
        var reply = assertInstanceOf(Reply.Followed.class, ask(scope, "set", "<remove/>"));
        assertNull(reply.payload());
        assertEquals(List.of(), bill.farewells, "the answer comes first");

        reply.then().run();

        assertEquals(
                List.of(StreamError.Condition.NOT_AUTHORIZED),
                bill.farewells.stream().map(StreamError::condition).toList());
    }

    @Test
    void what_the_accounts_refuse_is_refused() {
        outcome = Reply.error(Condition.NOT_ALLOWED, "This account has a key.");

        assertEquals(
                Condition.NOT_ALLOWED,
                Replies.error(ask(Scope.SERVER, "set", "<username>bill</username><password>x</password>"))
                        .condition());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "'',                                                BAD_REQUEST",
                "<username>bill</username>,                         BAD_REQUEST",
                "<password>x</password>,                            BAD_REQUEST",
                "<remove/><username>bill</username>,                BAD_REQUEST",
                "<username>juliet</username><password>x</password>, NOT_ALLOWED",
                "<username>b@d</username><password>x</password>,    NOT_ALLOWED",
                "<username>bill</username><password/>,              NOT_ACCEPTABLE",
            })
    void a_wrong_request_changes_nothing(String content, Condition condition) {
        assertEquals(
                condition,
                Replies.error(ask(Scope.SERVER, "set", content.equals("''") ? "" : content))
                        .condition());
        assertEquals(List.of(), done);
    }

    private Reply ask(Scope scope, String type, String content) {
        var to = scope == Scope.SERVER ? "shakespeare.lit" : null;
        var payload = xml("<query xmlns='jabber:iq:register'>" + content + "</query>");
        return Replies.ask(feature, scope, FakeOwner.iq(type, "bill@shakespeare.lit/globe", to, payload), bill);
    }
}
