package im.kith.server.portable;

import im.kith.server.account.ArchivePages;
import im.kith.server.account.Directory;
import im.kith.server.account.Request;
import im.kith.server.auth.Authority.Verifier;
import im.kith.server.auth.Credentials;
import im.kith.server.auth.Enrolment;
import im.kith.store.Store;
import im.kith.xmpp.Element;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// XEP-0227: one account as a document: credentials (for operators only), roster, requests, card, private storage,
/// nodes, block list and archive. What the account's features keep is asked of the account itself, as a device would,
/// so there is no second way to read it. The document is written to a file, page by page, whatever its size.
///
/// Thread-safe; the work is done on threads of its own, which may wait.
public final class Exporting {

    private static final String NAMESPACE = "urn:xmpp:pie:0";
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static final String NODE_OWNER = PUBSUB + "#owner";
    private static final String ITEMS = "http://jabber.org/protocol/disco#items";
    private static final String RSM = "http://jabber.org/protocol/rsm";
    private static final int PAGE = 200;
    private static final long PATIENCE_SECONDS = 30;

    private static final String FILE_PREFIX = "export-";
    private static final String FILE_SUFFIX = ".xml";

    private final String domain;
    private final Store store;
    private final Directory directory;
    private final Enrolment enrolment;
    private final Executor threads;

    public Exporting(String domain, Store store, Directory directory, Enrolment enrolment) {
        this.domain = domain;
        this.store = store;
        this.directory = directory;
        this.enrolment = enrolment;
        this.threads = work -> Thread.ofVirtual().name("kith-export").start(work);
    }

    /// Removes what exports that a crash ended have left in `directory`.
    public static void sweep(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) return;
        try (var left = Files.newDirectoryStream(directory, FILE_PREFIX + "*" + FILE_SUFFIX)) {
            for (var file : left) Files.deleteIfExists(file);
        }
    }

    /// Writes the account to a new file in `directory`; null if there is no such account.
    public CompletionStage<@Nullable Path> export(String account, boolean withCredentials, Path directory) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        var credentials = now(enrolment.credentials(account));
                        if (credentials == null) return null;
                        Files.createDirectories(directory);
                        var file = Files.createTempFile(directory, FILE_PREFIX, FILE_SUFFIX);
                        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
                            write(account, withCredentials ? credentials : null, out);
                        } catch (IOException | RuntimeException e) {
                            Files.deleteIfExists(file);
                            throw e;
                        }
                        return file;
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                threads);
    }

    private void write(String account, @Nullable Credentials credentials, OutputStream out) throws IOException {
        text(
                out,
                "<?xml version='1.0' encoding='UTF-8'?>\n<server-data xmlns='" + NAMESPACE + "'><host jid='" + domain
                        + "'>");
        var opening = XmlWriter.toString(Element.build(NAMESPACE, "user")
                .attribute("name", account)
                .text(" ")
                .build());
        text(out, opening.substring(0, opening.indexOf('>') + 1) + "\n");
        if (credentials != null && credentials.kind() == Credentials.Kind.PASSWORD) {
            put(out, scram("SCRAM-SHA-1", credentials.sha1()));
            put(out, scram("SCRAM-SHA-256", credentials.sha256()));
        }
        put(out, now(directory.ask(account, new Request.Describe())).roster());
        for (var request : now(directory.ask(account, new Request.SubscriptionRequests()))) put(out, request);
        var card = asked(account, Element.empty("vcard-temp", "vCard"));
        if (card != null && card.childCount() > 0) put(out, card);
        privateStorage(account, out);
        nodes(account, out);
        var blocked = asked(account, Element.empty("urn:xmpp:blocking", "blocklist"));
        if (blocked != null && blocked.childCount() > 0) put(out, blocked);
        var privacy = asked(account, Element.empty("urn:kith:privacy:0", "privacy"));
        if (privacy != null) put(out, privacy);
        archive(account, out);
        text(out, "</user></host></server-data>\n");
    }

    private static Element scram(String mechanism, Verifier verifier) {
        var base64 = Base64.getEncoder();
        return Element.build(NAMESPACE + "#scram", "scram-credentials")
                .attribute("mechanism", mechanism)
                .child("iter-count", Integer.toString(verifier.iterations()))
                .child("salt", base64.encodeToString(verifier.salt()))
                .child("server-key", base64.encodeToString(verifier.serverKey()))
                .child("stored-key", base64.encodeToString(verifier.storedKey()))
                .build();
    }

    private void privateStorage(String account, OutputStream out) throws IOException {
        var query = Element.build("jabber:iq:private", "query");
        boolean any = false;
        for (var row : now(store.shelf(account, "private")).values()) {
            query.child(parsed(row));
            any = true;
        }
        if (any) put(out, query.build());
    }

    private static Element parsed(byte[] row) {
        try {
            return XmlReader.parseDocument(row, XmlReader.Limits.OWN);
        } catch (XmlException e) {
            throw new IllegalStateException("a row of private storage cannot be read", e);
        }
    }

    // ---- nodes (XEP-0163) ------------------------------------------------------------------------------------------

    private void nodes(String account, OutputStream out) throws IOException {
        var listed = asked(account, Element.empty(ITEMS, "query"));
        if (listed == null) return;
        var names = listed.children().stream()
                .map(item -> item.attribute("node"))
                .filter(java.util.Objects::nonNull)
                .toList();
        if (names.isEmpty()) return;
        var configured = Element.build(NODE_OWNER, "pubsub");
        for (var name : names) {
            configured.child(first(asked(account, owner("configure", name))));
            configured.child(first(asked(account, owner("affiliations", name))));
        }
        put(out, configured.build());
        text(out, "<pubsub xmlns='" + PUBSUB + "'>");
        for (var name : names) items(account, name, out);
        text(out, "</pubsub>\n");
    }

    private static Element owner(String what, String node) {
        return Element.build(NODE_OWNER, "pubsub")
                .child(what, asked -> asked.attribute("node", node))
                .build();
    }

    private static @Nullable Element first(@Nullable Element around) {
        return around == null ? null : around.firstChild();
    }

    private void items(String account, String node, OutputStream out) throws IOException {
        var opening = XmlWriter.toString(
                Element.build(PUBSUB, "items").attribute("node", node).text(" ").build());
        text(out, opening.substring(0, opening.indexOf('>') + 1));
        String after = null;
        while (true) {
            var last = after;
            var answer = asked(
                    account,
                    Element.build(PUBSUB, "pubsub")
                            .child("items", items -> items.attribute("node", node))
                            .child(Element.build(RSM, "set")
                                    .child("max", Integer.toString(PAGE))
                                    .child("after", last)
                                    .build())
                            .build());
            var items = first(answer);
            if (items == null) break;
            for (var item : items.children()) put(out, item);
            if (items.childCount() < PAGE) break;
            after = items.children().getLast().attribute("id");
        }
        text(out, "</items>");
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    private void archive(String account, OutputStream out) throws IOException {
        text(out, "<archive xmlns='" + NAMESPACE + "#mam'>\n");
        long after = 0;
        while (true) {
            var page = now(ArchivePages.read(store, account, after));
            if (page.results().isEmpty()) break;
            for (var result : page.results()) {
                out.write(result);
                out.write('\n');
            }
            after = page.last();
        }
        text(out, "</archive>");
    }

    // ---- asking and writing ----------------------------------------------------------------------------------------

    /// The payload of the answer, or null for an error.
    private @Nullable Element asked(String account, Element payload) {
        var answer = now(directory.ask(account, new Request.Query("get", payload)));
        return answer.attribute("type", "").equals("result") ? answer.child(payload.tag()) : null;
    }

    private static void put(OutputStream out, Element element) throws IOException {
        out.write(XmlWriter.toBytes(element, NAMESPACE));
        out.write('\n');
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
