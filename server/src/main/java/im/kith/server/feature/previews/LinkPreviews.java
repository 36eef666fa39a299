package im.kith.server.feature.previews;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.POLICY_VIOLATION;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.server.feature.previews.Pages.Answer;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/// Link previews for who sends the link (docs/protocol/previews.md): the account's own server looks at the page, and
/// the device puts what it says into the message (XEP-0511), so that no recipient asks anybody. The page's picture is
/// asked for by itself, as bytes in the stream: nothing foreign is ever served at an address of ours.
///
/// Errors: `bad-request` without an address or with a long one; `item-not-found` when there is nothing to show;
/// `policy-violation` (wait) for too many.
public final class LinkPreviews implements Feature {

    static final int MOST_URL_CHARS = 2048;

    private static final String NAMESPACE = "urn:kith:previews:0";
    private static final Tag PREVIEW = new Tag(NAMESPACE, "preview");
    private static final Tag PICTURE = new Tag(NAMESPACE, "picture");
    private static final StanzaError NO_URL =
            StanzaError.of(BAD_REQUEST, "Say which page: url='https://…', at most " + MOST_URL_CHARS + " characters.");
    private static final StanzaError NOTHING =
            StanzaError.of(ITEM_NOT_FOUND, "There is no such page, or it says nothing of itself.");

    private final Pages pages;

    public LinkPreviews(Pages pages) {
        this.pages = pages;
    }

    @Override
    public Manifest manifest() {
        var manifest = Manifest.of("previews");
        if (!pages.isOn()) return manifest.build();
        return manifest.advertisingAtAccount(NAMESPACE)
                .answering(GET, PREVIEW, (iq, owner) -> ask(iq, owner, pages::look))
                .answering(GET, PICTURE, (iq, owner) -> ask(iq, owner, pages::picture))
                .build();
    }

    private static Reply ask(Stanza iq, Owner owner, BiFunction<String, String, CompletionStage<Answer>> asked) {
        var url = Objects.requireNonNull(iq.payload()).attribute("url", "");
        if (url.isEmpty() || url.length() > MOST_URL_CHARS) return Reply.error(NO_URL);
        var account = Objects.requireNonNull(owner.jid().local());
        return Reply.later(asked.apply(account, url).thenApply(answer -> switch (answer) {
            case Answer.Found(var page) -> Reply.result(element(url, page));
            case Answer.Picture(var type, var bytes) ->
                Reply.result(Element.build(PICTURE)
                        .attribute("url", url)
                        .attribute("type", type)
                        .text(Base64.getEncoder().encodeToString(bytes))
                        .build());
            case Answer.Nothing() -> Reply.error(NOTHING);
            case Answer.AskedTooMuch(long seconds) ->
                Reply.error(StanzaError.of(POLICY_VIOLATION, "Too many links; ask again in " + seconds + " seconds.")
                        .as(StanzaError.Type.WAIT));
        }));
    }

    private static Element element(String url, Pages.Page page) {
        var preview = Element.build(PREVIEW).attribute("url", url).child("title", page.title());
        if (!page.description().isEmpty()) preview.child("description", page.description());
        if (!page.site().isEmpty()) preview.child("site", page.site());
        if (page.pictured()) preview.child("picture", "");
        return preview.build();
    }
}
