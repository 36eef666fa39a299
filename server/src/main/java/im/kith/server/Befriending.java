package im.kith.server;

import im.kith.server.account.Directory;
import im.kith.server.account.Request.PutContact;
import im.kith.xmpp.Element;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/// Makes two accounts each other's contacts, as who invites and who was invited become (XEP-0401). Thread-safe.
record Befriending(String domain, Directory directory) implements BiFunction<String, String, CompletionStage<Boolean>> {

    @Override
    public CompletionStage<Boolean> apply(String one, String other) {
        return directory
                .ask(one, new PutContact(contact(other)))
                .thenCompose(there -> there
                        ? directory.ask(other, new PutContact(contact(one)))
                        : CompletableFuture.completedStage(false));
    }

    private Element contact(String name) {
        return Element.build("jabber:iq:roster", "item")
                .attribute("jid", name + "@" + domain)
                .attribute("subscription", "both")
                .build();
    }
}
