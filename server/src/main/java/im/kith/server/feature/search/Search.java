package im.kith.server.feature.search;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Manifest.Host;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Publications;
import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// XEP-0055: Jabber Search, at `search.<domain>`: people by name, of those who want to be found so
/// (docs/protocol/contacts.md). Nobody is found who did not choose it, and nothing shows but what a card shows to
/// everybody: first name, last name, nickname.
///
/// Errors: `not-acceptable` when nothing, or too little, is asked for; `policy-violation` (wait) when too often;
/// `bad-request`.
///
/// ```
/// hot shelf "search": "listed" → 1 if the account is to be found by name
/// ```
public final class Search implements Feature {

    static final String LABEL = "search";
    static final String NICK = "http://jabber.org/protocol/nick";
    static final String VCARD4 = "urn:xmpp:vcard4";

    private static final String NAMESPACE = "jabber:iq:search";
    private static final String OWN = "urn:kith:search:0";
    private static final String CARD = "urn:ietf:params:xml:ns:vcard-4.0";
    private static final String TITLE = "People";
    private static final String SHELF = "search";
    private static final String LISTED = "listed";
    private static final byte[] PRESENT = {1};
    private static final int LEAST_CHARS = 2;
    private static final int MOST_CHARS = 64;
    private static final Tag QUERY = new Tag(NAMESPACE, "query");
    private static final Tag FINDABLE = new Tag(OWN, "findable");
    private static final Tag INFO = new Tag("http://jabber.org/protocol/disco#info", "query");
    private static final Tag ITEMS = new Tag("http://jabber.org/protocol/disco#items", "query");
    private static final Tag PING = new Tag("urn:xmpp:ping", "ping");

    private static final String INSTRUCTIONS =
            "Fill in one or more fields. Names are found by how they begin, if their owners want to be found.";
    private static final StanzaError TOO_LITTLE =
            StanzaError.of(NOT_ACCEPTABLE, "Ask for a first name, a last name or a nickname, by two letters or more.");
    private static final StanzaError NO_FORM = StanzaError.of(BAD_REQUEST, "Send the form, filled in.");
    private static final StanzaError NO_CHOICE = StanzaError.of(BAD_REQUEST, "by is everyone or nobody.");

    private final People people;
    private final Publications publications;

    public Search(People people, Publications publications) {
        this.people = people;
        this.publications = publications;
        publications.onChange((node, owner) -> {
            if (node.equals(NICK) || node.equals(VCARD4)) changed(owner);
        });
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("search")
                .implementing("XEP-0055", "1.3", "finds who wants to be found; first name, last name and nickname")
                .advertisingAtAccount(OWN)
                .keepingHot(SHELF)
                .answering(GET, FINDABLE, Search::findable)
                .answering(SET, FINDABLE, this::choose)
                .hosting(new Host(
                        LABEL,
                        TITLE,
                        List.of(
                                Host.answering(GET, INFO, Search::info),
                                Host.answering(GET, ITEMS, Search::items),
                                Host.answering(GET, PING, (iq, owner) -> Reply.empty()),
                                Host.answering(GET, QUERY, (iq, owner) -> Reply.result(form())),
                                Host.answering(SET, QUERY, this::search))))
                .build();
    }

    private static Element payload(Stanza iq) {
        return Objects.requireNonNull(iq.payload());
    }

    private static Reply info(Stanza iq, Owner owner) {
        if (payload(iq).attribute("node") != null) return Reply.error(ITEM_NOT_FOUND);
        var query = Element.build(INFO).child("identity", identity -> identity.attribute("category", "directory")
                .attribute("type", "user")
                .attribute("name", TITLE));
        for (var feature : List.of(INFO.namespace(), ITEMS.namespace(), NAMESPACE, PING.namespace())) {
            query.child("feature", element -> element.attribute("var", feature));
        }
        return Reply.result(query.build());
    }

    private static Reply items(Stanza iq, Owner owner) {
        if (payload(iq).attribute("node") != null) return Reply.error(ITEM_NOT_FOUND);
        return Reply.result(Element.empty(ITEMS));
    }

    // ---- who is found ----------------------------------------------------------------------------------------------

    private static boolean isListed(Owner owner) {
        return owner.shelf(SHELF).get(LISTED) != null;
    }

    private static Reply findable(Stanza iq, Owner owner) {
        return Reply.result(Element.build(FINDABLE)
                .attribute("by", isListed(owner) ? "everyone" : "nobody")
                .build());
    }

    private Reply choose(Stanza iq, Owner owner) {
        var account = Objects.requireNonNull(owner.jid().local());
        switch (payload(iq).attribute("by", "")) {
            case "everyone" -> {
                owner.shelf(SHELF).put(LISTED, PRESENT);
                return publications.open(
                        owner,
                        () -> Reply.later(people.list(account, names(owner)).thenApply(_ -> Reply.empty())));
            }
            case "nobody" -> {
                owner.shelf(SHELF).remove(LISTED);
                return Reply.later(people.list(account, null).thenApply(_ -> Reply.empty()));
            }
            default -> {
                return Reply.error(NO_CHOICE);
            }
        }
    }

    /// The account's card or nickname was changed; its nodes are in memory.
    public void changed(Owner owner) {
        var account = owner.jid().local();
        if (account == null || !isListed(owner)) return;
        if (people.list(account, names(owner)) == null) throw new IllegalStateException("a stage without a handle");
    }

    private People.Names names(Owner owner) {
        var card = publications.item(owner, VCARD4, null);
        var name = card == null ? null : card.child(CARD, "n");
        var nick = publications.item(owner, NICK, null);
        var said = nick == null ? "" : nick.text();
        return new People.Names(
                cut(text(name, "given")), cut(text(name, "surname")), cut(said.isBlank() ? nickname(card) : said));
    }

    private static String text(@Nullable Element parent, String name) {
        var text = parent == null ? null : parent.childText(CARD, name);
        return text == null ? "" : text;
    }

    private static String nickname(@Nullable Element card) {
        return text(card == null ? null : card.child(CARD, "nickname"), "text");
    }

    private static String cut(String text) {
        var stripped = text.strip();
        return stripped.codePointCount(0, stripped.length()) <= MOST_CHARS
                ? stripped
                : stripped.substring(0, stripped.offsetByCodePoints(0, MOST_CHARS));
    }

    // ---- searching -------------------------------------------------------------------------------------------------

    private static Element form() {
        var form = DataForm.build(DataForm.Type.FORM, NAMESPACE)
                .title(TITLE)
                .instructions(INSTRUCTIONS)
                .field("text-single", "first", "Given Name", false)
                .field("text-single", "last", "Family Name", false)
                .field("text-single", "nick", "Nickname", false)
                .build();
        return Element.build(QUERY)
                .child("instructions", INSTRUCTIONS)
                .child(Element.empty(NAMESPACE, "first"))
                .child(Element.empty(NAMESPACE, "last"))
                .child(Element.empty(NAMESPACE, "nick"))
                .child(form.toElement())
                .build();
    }

    private Reply search(Stanza iq, Owner owner) {
        var query = payload(iq);
        var x = query.child(DataForm.NAMESPACE, "x");
        var form = x == null ? null : DataForm.parse(x);
        if (x != null && (form == null || form.type() != DataForm.Type.SUBMIT)) return Reply.error(NO_FORM);
        var wanted = new People.Names(
                wanted("first", query, form), wanted("last", query, form), wanted("nick", query, form));
        int letters = Math.max(
                Math.max(wanted.first().length(), wanted.last().length()),
                wanted.nick().length());
        if (letters < LEAST_CHARS) return Reply.error(TOO_LITTLE);
        var asker = Objects.requireNonNull(owner.jid().local());
        var server = owner.server();
        boolean asForm = form != null;
        return Reply.later(people.find(asker, wanted).thenApply(answer -> switch (answer) {
            case People.Answer.Found(var found) -> Reply.result(asForm ? table(found, server) : list(found, server));
            case People.Answer.AskedTooMuch(long seconds) ->
                Reply.error(StanzaError.of(
                                POLICY_VIOLATION,
                                "You have searched too often today; search again in " + seconds + " seconds.")
                        .as(StanzaError.Type.WAIT));
        }));
    }

    private static String wanted(String field, Element query, @Nullable DataForm form) {
        var text = form == null ? query.childText(NAMESPACE, field) : form.value(field);
        return text == null ? "" : cut(text.replace("*", ""));
    }

    private static String jid(People.Person person, Jid server) {
        return Objects.requireNonNull(Jid.of(person.account(), server.domain(), null))
                .toString();
    }

    private static Element list(List<People.Person> found, Jid server) {
        var query = Element.build(QUERY);
        for (var person : found) {
            query.child("item", item -> item.attribute("jid", jid(person, server))
                    .child("first", person.names().first())
                    .child("last", person.names().last())
                    .child("nick", person.names().nick()));
        }
        return query.build();
    }

    private static Element table(List<People.Person> found, Jid server) {
        var x = Element.build(DataForm.NAMESPACE, "x").attribute("type", "result");
        x.child("field", field -> field.attribute("var", "FORM_TYPE")
                .attribute("type", "hidden")
                .child("value", NAMESPACE));
        x.child("reported", reported -> {
            for (var column : List.of("first", "last", "nick")) {
                reported.child("field", field -> field.attribute("var", column).attribute("type", "text-single"));
            }
            reported.child("field", field -> field.attribute("var", "jid").attribute("type", "jid-single"));
        });
        for (var person : found) {
            x.child("item", item -> {
                cell(item, "first", person.names().first());
                cell(item, "last", person.names().last());
                cell(item, "nick", person.names().nick());
                cell(item, "jid", jid(person, server));
            });
        }
        return Element.build(QUERY).child(x.build()).build();
    }

    private static void cell(Element.Builder item, String name, String value) {
        item.child("field", field -> field.attribute("var", name).child("value", value));
    }
}
