package im.kith.server.feature;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError.Condition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What an account publishes (XEP-0163), for features that show the same in another form. All but [#open], [#has] and
/// [#onChange] work on what [#open] has brought into memory.
public interface Publications {

    /// The node of stories (XEP-0501), whose items are gone after a day.
    String STORIES = "urn:xmpp:pubsub-social-feed:stories:0";

    /// Runs `then` when the account's nodes are in memory, and answers what it answers.
    Reply open(Owner owner, Supplier<Reply> then);

    /// The same, with a cold shelf of the feature's own in memory too ([Owner#load]).
    default Reply open(Owner owner, String shelf, Supplier<Reply> then) {
        var later = new CompletableFuture<Reply>();
        owner.load(
                shelf,
                () -> later.complete(open(owner, then)),
                () -> later.complete(Reply.error(
                        Condition.RESOURCE_CONSTRAINT, "The store does not answer; try again in a while.")));
        if (later.isDone()) return later.join();
        return Reply.later(later.thenCompose(
                reply -> reply instanceof Reply.Later(var rest) ? rest : CompletableFuture.completedFuture(reply)));
    }

    /// Whether the account has the node.
    boolean has(Owner owner, String node);

    /// The payload of an item, of the newest when `id` is null; null when there is none.
    @Nullable
    Element item(Owner owner, String node, @Nullable String id);

    /// Whether `viewer` may read the node; also if it is for whoever gets the account's presence and `viewer` is not
    /// among them, when `orPresence`.
    boolean isVisible(Owner owner, String node, Jid viewer, boolean orPresence);

    /// The ids of a node's items, oldest first.
    List<String> ids(Owner owner, String node);

    /// Publishes in the account's name and tells who wants to know. A node that is not there yet is made with these
    /// fields (`access_model`, …). False when there is no room.
    boolean publish(Owner owner, String node, String id, Element payload, Map<String, String> config);

    void retract(Owner owner, String node, String id);

    /// `listener` is told whenever a client has changed a node of its account: the node's name and the account, whose
    /// nodes are in memory then.
    void onChange(BiConsumer<String, Owner> listener);
}
