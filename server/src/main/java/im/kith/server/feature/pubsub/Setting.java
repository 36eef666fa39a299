package im.kith.server.feature.pubsub;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One field of a node's configuration: its name without `pubsub#`, what kind of field it is, what it may hold and what
/// it holds when nobody says (once for a service's nodes, once for an account's).
record Setting(
        String name, Type type, String label, List<String> options, List<String> ofService, List<String> ofAccount) {

    enum Type {
        BOOLEAN("boolean"),
        CHOICE("list-single"),
        TEXT("text-single"),
        /// A whole number, not negative, or `max`.
        NUMBER("text-single"),
        /// A tag of BCP 47; the list is of the common ones.
        LANGUAGE("list-single"),
        JIDS("jid-multi"),
        TEXTS("text-multi");

        private final String label;

        Type(String label) {
            this.label = label;
        }
    }

    static final int MOST_TEXT = 1000;
    static final int MOST_VALUES = 50;

    static final String MAX = "max";

    private static final List<String> LANGUAGES = List.of(
            "ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
            "nl", "no", "pl", "pt", "ro", "ru", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh");

    static final List<Setting> ALL = List.of(
            text("title", "A friendly name for the node"),
            text("description", "A description of the node"),
            text("type", "The namespace of the payloads, if it must be one"),
            // §5.4: to be chosen from a list, though any language will do.
            new Setting("language", Type.LANGUAGE, "The default language of the node", LANGUAGES, List.of(), List.of()),
            new Setting("contact", Type.JIDS, "Whom to contact with questions", List.of(), List.of(), List.of()),
            choice(
                    "node_type",
                    "Whether the node is a leaf or a collection",
                    "leaf",
                    "leaf",
                    List.of("leaf", "collection")),
            new Setting(
                    "collection", Type.TEXTS, "The collection that the node is in", List.of(), List.of(), List.of()),
            choice(
                    "children_association_policy",
                    "Who may put nodes into the collection",
                    "owners",
                    "owners",
                    List.of("all", "owners")),
            choice(
                    "access_model",
                    "Who may subscribe and retrieve items",
                    "open",
                    "presence",
                    List.of("open", "presence", "roster", "authorize", "whitelist")),
            new Setting(
                    "roster_groups_allowed",
                    Type.TEXTS,
                    "The roster groups that may subscribe and retrieve items",
                    List.of(),
                    List.of(),
                    List.of()),
            choice(
                    "publish_model",
                    "Who may publish",
                    "publishers",
                    "publishers",
                    List.of("publishers", "subscribers", "open")),
            number("max_items", "How many items to keep", "100", "1"),
            number("item_expire", "After how many seconds items go", MAX, MAX),
            bool("persist_items", "Whether to keep items", true, true),
            choice(
                    "publish_node_full",
                    "What happens to an item beyond max_items",
                    "retract-oldest",
                    "discard-oldest",
                    List.of("retract-oldest", "discard-oldest", "reject")),
            number("max_payload_size", "The most bytes a payload may have", "65536", "262144"),
            bool("deliver_payloads", "Whether to deliver payloads with notifications", true, true),
            bool("deliver_notifications", "Whether to deliver notifications", true, true),
            choice(
                    "send_last_published_item",
                    "When to send the last published item",
                    "on_sub",
                    "on_sub_and_presence",
                    List.of("never", "on_sub", "on_sub_and_presence")),
            choice(
                    "notification_type",
                    "The type of the notifications' messages",
                    "headline",
                    "headline",
                    List.of("normal", "headline", "chat")),
            choice(
                    "itemreply",
                    "Whose address is given with an item, the publisher's or the owner's",
                    "owner",
                    "owner",
                    List.of("owner", "publisher", "none")),
            bool("notify_config", "Whether to tell subscribers of a new configuration", false, false),
            bool("notify_delete", "Whether to tell subscribers that the node is deleted", true, true),
            bool("notify_retract", "Whether to tell subscribers that items are removed", true, true),
            bool("notify_sub", "Whether to tell owners of new and lost subscribers", false, false),
            bool("subscribe", "Whether subscriptions are allowed", true, true));

    static @Nullable Setting of(String name) {
        for (var setting : ALL) if (setting.name.equals(name)) return setting;
        return null;
    }

    /// The values as they are kept, or null when the field may not hold them.
    @Nullable
    List<String> accept(List<String> values) {
        if (values.size() > MOST_VALUES) return null;
        if (type != Type.JIDS && type != Type.TEXTS && values.size() > 1) return null;
        var accepted = new ArrayList<String>();
        for (var value : values) {
            var one = accept(value);
            if (one == null) return null;
            accepted.add(one);
        }
        return accepted;
    }

    private @Nullable String accept(String value) {
        if (value.length() > MOST_TEXT) return null;
        return switch (type) {
            case TEXT, TEXTS -> value;
            case LANGUAGE -> value.isEmpty() || value.matches("[A-Za-z0-9-]{2,35}") ? value : null;
            case CHOICE -> options.contains(value) ? value : null;
            case JIDS -> Jid.parse(value) == null ? null : value;
            case NUMBER -> value.equals(MAX) || isNumber(value) ? value : null;
            case BOOLEAN ->
                switch (value) {
                    case "1", "true" -> "1";
                    case "0", "false" -> "0";
                    default -> null;
                };
        };
    }

    private static boolean isNumber(String value) {
        return !value.isEmpty() && value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// The field with these values, to be filled in.
    DataForm.Field field(List<String> values, List<String> offered) {
        var choices = new ArrayList<DataForm.Option>();
        for (var option : offered) choices.add(new DataForm.Option(option, null));
        return new DataForm.Field("pubsub#" + name, type.label, label, false, values, choices);
    }

    private static Setting text(String name, String label) {
        return new Setting(name, Type.TEXT, label, List.of(), List.of(), List.of());
    }

    private static Setting number(String name, String label, String ofService, String ofAccount) {
        return new Setting(name, Type.NUMBER, label, List.of(), List.of(ofService), List.of(ofAccount));
    }

    private static Setting bool(String name, String label, boolean ofService, boolean ofAccount) {
        return new Setting(
                name, Type.BOOLEAN, label, List.of(), List.of(ofService ? "1" : "0"), List.of(ofAccount ? "1" : "0"));
    }

    private static Setting choice(String name, String label, String ofService, String ofAccount, List<String> options) {
        return new Setting(name, Type.CHOICE, label, options, List.of(ofService), List.of(ofAccount));
    }
}
