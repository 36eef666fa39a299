package im.kith.server.feature.register;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.server.feature.Manifest.Scope.OWN;
import static im.kith.server.feature.Manifest.Scope.SERVER;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.StanzaError.Condition;
import im.kith.xmpp.StreamError;
import im.kith.xmpp.Tag;

/// XEP-0077: In-Band Registration, the part for who is signed in: change the password, remove the account.
///
/// Making an account happens before sign-in and is no business of a feature. Requests go to the server's domain or
/// nowhere in particular (XEP-0077 §3.2: without `to`).
public final class AccountManagement implements Feature {

    private static final StreamError REMOVED =
            StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "this account was removed by its owner");
    private static final Tag QUERY = new Tag("jabber:iq:register", "query");
    private static final int MAX_PASSWORD_CHARS = 1023;

    private static final StanzaError NOTHING_ASKED = StanzaError.of(
            Condition.BAD_REQUEST, "Send either <remove/> or <username/> and <password/>, and nothing else.");
    private static final StanzaError REMOVE_ALONE =
            StanzaError.of(Condition.BAD_REQUEST, "<remove/> must be the only child of the query.");
    private static final StanzaError NOT_YOURS =
            StanzaError.of(Condition.NOT_ALLOWED, "You can change the password of your own account only.");
    private static final StanzaError NO_PASSWORD =
            StanzaError.of(Condition.NOT_ACCEPTABLE, "The password must have 1 to 1023 characters.");

    private final Accounts accounts;

    public AccountManagement(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("register")
                .implementing("XEP-0077", "2.4")
                .advertisingAtServer(QUERY.namespace())
                .answering(OWN, GET, QUERY, AccountManagement::tell)
                .answering(OWN, SET, QUERY, this::change)
                .answering(SERVER, GET, QUERY, AccountManagement::tell)
                .answering(SERVER, SET, QUERY, this::change)
                .build();
    }

    private static Reply tell(Stanza iq, Owner owner) {
        return Reply.result(Element.build(QUERY)
                .child(Element.empty(QUERY.namespace(), "registered"))
                .child("instructions", "You have an account here. You can change its password or remove it.")
                .child("username", owner.jid().local())
                .child("password", "")
                .build());
    }

    private Reply change(Stanza iq, Owner owner) {
        var query = iq.payload();
        var account = owner.jid().local();
        if (query == null || account == null) return Reply.error(NOTHING_ASKED);
        if (query.child(QUERY.namespace(), "remove") != null) {
            if (query.children().size() != 1) return Reply.error(REMOVE_ALONE);
            // XEP-0077 §3.2.1: the answer comes before the end of the stream, and both once the account is gone.
            return Reply.followed(null, () -> owner.remove(REMOVED));
        }
        var username = query.childText(QUERY.namespace(), "username");
        var password = query.childText(QUERY.namespace(), "password");
        if (username == null || password == null) return Reply.error(NOTHING_ASKED);
        var named = Jid.of(username, owner.server().domain(), null);
        if (named == null || !named.equals(owner.jid())) return Reply.error(NOT_YOURS);
        if (password.isEmpty() || password.length() > MAX_PASSWORD_CHARS) return Reply.error(NO_PASSWORD);
        return Reply.later(accounts.changePassword(account, password));
    }
}
