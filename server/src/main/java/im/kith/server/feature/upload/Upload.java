package im.kith.server.feature.upload;

import static im.kith.server.feature.Manifest.Ask.GET;
import static im.kith.server.feature.Manifest.Ask.SET;
import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.ITEM_NOT_FOUND;
import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;
import im.kith.server.feature.Manifest.Host;
import im.kith.server.feature.Owner;
import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StanzaError;
import im.kith.xmpp.Tag;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// XEP-0363: HTTP File Upload, at `upload.<domain>`, with the purposes message, profile and ephemeral; and the small
/// protocol of docs/protocol/media.md by which an owner sees and deletes what they uploaded.
///
/// Errors: `bad-request` for a request without name or size, `not-acceptable` for a file that is too large or expires
/// in the past, `resource-constraint` over the quota or for too many slots at once, `item-not-found` for a file that is
/// not the account's.
public final class Upload implements Feature {

    private static final String NAMESPACE = "urn:xmpp:http:upload:0";
    private static final String PURPOSE = "urn:xmpp:http:upload:purpose:0";
    private static final String OWN = "urn:kith:media:0";
    private static final Tag REQUEST = new Tag(NAMESPACE, "request");
    private static final Tag LIST = new Tag(OWN, "list");
    private static final Tag REMOVE = new Tag(OWN, "remove");
    private static final Tag INFO = new Tag("http://jabber.org/protocol/disco#info", "query");
    private static final Tag ITEMS = new Tag("http://jabber.org/protocol/disco#items", "query");
    private static final Tag PING = new Tag("urn:xmpp:ping", "ping");
    private static final String TITLE = "HTTP File Upload";
    private static final int MAX_TYPE_CHARS = 128;
    private static final int MAX_NAME_CHARS = 1024;

    private static final StanzaError NO_NAME = StanzaError.of(BAD_REQUEST, "Say the file's name: filename='…'.");
    private static final StanzaError NO_SIZE =
            StanzaError.of(BAD_REQUEST, "Say the file's size in bytes, a whole number above 0: size='…'.");
    private static final StanzaError BAD_TYPE =
            StanzaError.of(BAD_REQUEST, "The content-type is no media type, say image/jpeg.");
    private static final StanzaError BAD_EXPIRY =
            StanzaError.of(BAD_REQUEST, "expire-before must be a time to come, as in XEP-0082.");
    private static final StanzaError NOT_YOURS =
            StanzaError.of(ITEM_NOT_FOUND, "You have uploaded no such file, or it is gone.");

    private final Uploads uploads;

    public Upload(Uploads uploads) {
        this.uploads = uploads;
    }

    @Override
    public Manifest manifest() {
        return Manifest.of("upload")
                .implementing("XEP-0363", "1.2.0")
                .hosting(new Host(
                        "upload",
                        TITLE,
                        List.of(
                                Host.answering(GET, INFO, this::info),
                                Host.answering(GET, ITEMS, Upload::items),
                                Host.answering(GET, PING, (iq, owner) -> Reply.empty()),
                                Host.answering(GET, REQUEST, this::slot),
                                Host.answering(GET, LIST, this::list),
                                Host.answering(SET, REMOVE, this::remove))))
                .build();
    }

    private Reply info(Stanza iq, Owner owner) {
        if (payload(iq).attribute("node") != null) return Reply.error(ITEM_NOT_FOUND);
        var query = Element.build(INFO).child("identity", identity -> identity.attribute("category", "store")
                .attribute("type", "file")
                .attribute("name", TITLE));
        var features = List.of(
                INFO.namespace(),
                ITEMS.namespace(),
                OWN,
                NAMESPACE,
                PURPOSE + "#ephemeral",
                PURPOSE + "#message",
                PURPOSE + "#profile",
                PING.namespace());
        for (var feature : features) query.child("feature", element -> element.attribute("var", feature));
        return Reply.result(query.child(DataForm.build(DataForm.Type.RESULT, NAMESPACE)
                        .field("max-file-size", Long.toString(uploads.maxFileBytes()))
                        .field("{" + OWN + "}base", uploads.base())
                        .build()
                        .toElement())
                .build());
    }

    private static Reply items(Stanza iq, Owner owner) {
        if (payload(iq).attribute("node") != null) return Reply.error(ITEM_NOT_FOUND);
        return Reply.result(Element.empty(ITEMS));
    }

    private Reply slot(Stanza iq, Owner owner) {
        var request = payload(iq);
        var account = owner.jid().local();
        var name = request.attribute("filename", "");
        if (account == null || name.isBlank() || name.length() > MAX_NAME_CHARS) return Reply.error(NO_NAME);
        long bytes = size(request.attribute("size", ""));
        if (bytes <= 0) return Reply.error(NO_SIZE);
        var type = request.attribute("content-type", "").strip();
        if (!type.isEmpty() && (type.length() > MAX_TYPE_CHARS || !type.matches("[!-~]+/[ -~]+"))) {
            return Reply.error(BAD_TYPE);
        }
        long most = uploads.maxFileBytes();
        if (bytes > most) return Reply.error(tooLarge(most));
        long expires = expiry(request, owner.nowMillis());
        if (expires < 0) return Reply.error(BAD_EXPIRY);
        return Reply.later(uploads.slot(account, new Uploads.Wish(name, bytes, type, expires))
                .thenApply(answer -> switch (answer) {
                    case Uploads.Answer.Refused refused -> Reply.error(refused.error());
                    case Uploads.Answer.Granted granted ->
                        Reply.result(Element.build(NAMESPACE, "slot")
                                .child("put", put -> put.attribute("url", granted.put())
                                        .child("header", header -> header.attribute("name", "Authorization")
                                                .text(granted.authorization())))
                                .child("get", get -> get.attribute("url", granted.get()))
                                .build());
                }));
    }

    private static StanzaError tooLarge(long most) {
        return StanzaError.of(NOT_ACCEPTABLE, "File too large. The maximum file size is " + most + " bytes.")
                .with(Element.build(NAMESPACE, "file-too-large")
                        .child("max-file-size", Long.toString(most))
                        .build());
    }

    /// The size, -1 for none.
    private static long size(String text) {
        if (!text.matches("\\d{1,19}")) return -1;
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException larger) {
            return Long.MAX_VALUE;
        }
    }

    /// Until when the purpose of the upload keeps it: 0 for the usual time, -1 for a time that is none.
    private static long expiry(Element request, long nowMillis) {
        if (request.child(PURPOSE, "profile") != null) return Long.MAX_VALUE;
        var ephemeral = request.child(PURPOSE, "ephemeral");
        if (ephemeral == null) return 0;
        try {
            long millis =
                    Instant.parse(ephemeral.attribute("expire-before", "")).toEpochMilli();
            return millis <= nowMillis ? -1 : millis;
        } catch (DateTimeParseException e) {
            return -1;
        }
    }

    private Reply list(Stanza iq, Owner owner) {
        var account = Objects.requireNonNull(owner.jid().local());
        return Reply.later(uploads.overview(account).thenApply(overview -> {
            var list = Element.build(LIST)
                    .attribute("used", Long.toString(overview.usedBytes()))
                    .attribute("allowed", Long.toString(overview.allowedBytes()));
            for (var file : overview.files()) {
                list.child("file", element -> element.attribute("url", file.url())
                        .attribute("name", file.name())
                        .attribute("size", Long.toString(file.bytes()))
                        .attribute(
                                "stamp",
                                Instant.ofEpochMilli(file.createdMillis()).toString()));
            }
            return Reply.result(list.build());
        }));
    }

    private Reply remove(Stanza iq, Owner owner) {
        var account = Objects.requireNonNull(owner.jid().local());
        var url = payload(iq).attribute("url");
        if (url == null) return Reply.error(BAD_REQUEST, "Say which: url='…'.");
        return Reply.later(
                uploads.remove(account, url).thenApply(removed -> removed ? Reply.empty() : Reply.error(NOT_YOURS)));
    }

    private static Element payload(Stanza iq) {
        return Objects.requireNonNull((@Nullable Element) iq.payload());
    }
}
