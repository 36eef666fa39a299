package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.NOT_ACCEPTABLE;

import im.kith.xmpp.DataForm;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How a node behaves (XEP-0060 §16.4.4): what was set, and the defaults of its place for all else. Immutable.
final class NodeConfig {

    static final String COLLECTION = "collection";

    private static final String PREFIX = "pubsub#";
    /// What an account's nodes do not have.
    private static final Set<String> OF_SERVICE = Set.of(COLLECTION, "children_association_policy");

    private final boolean personal;
    private final Map<String, List<String>> changed;

    private NodeConfig(boolean personal, Map<String, List<String>> changed) {
        this.personal = personal;
        this.changed = changed;
    }

    /// The defaults of an account's nodes, or of a service's.
    static NodeConfig defaults(boolean personal) {
        return new NodeConfig(personal, Map.of());
    }

    /// The configuration with the form's fields set. Fields that are not known are passed over (XEP-0004 §3.2).
    NodeConfig with(DataForm form) {
        var next = new TreeMap<>(changed);
        for (var field : form.fields()) {
            var setting = setting(field.name());
            if (setting == null || isElsewhere(setting)) continue;
            var values = accept(setting, field.values());
            if (values == null) throw unacceptable(setting);
            if (values.equals(byDefault(setting))) next.remove(setting.name());
            else next.put(setting.name(), values);
        }
        return new NodeConfig(personal, next);
    }

    /// Whether the form asks for what is so already (XEP-0060 §7.1.5): every field known, every value the same.
    boolean meets(DataForm preconditions) {
        for (var field : preconditions.fields()) {
            var setting = setting(field.name());
            if (setting == null || isElsewhere(setting)) return false;
            var values = accept(setting, field.values());
            if (values == null || !values.equals(values(setting))) return false;
        }
        return true;
    }

    /// Whether every field of the form is one that a node of an account has.
    static boolean knows(DataForm form) {
        for (var field : form.fields()) {
            var setting = setting(field.name());
            if (setting == null || OF_SERVICE.contains(setting.name())) return false;
        }
        return true;
    }

    private boolean isElsewhere(Setting setting) {
        return personal && OF_SERVICE.contains(setting.name());
    }

    private static @Nullable Setting setting(@Nullable String field) {
        return field == null || !field.startsWith(PREFIX) ? null : Setting.of(field.substring(PREFIX.length()));
    }

    private @Nullable List<String> accept(Setting setting, List<String> values) {
        var accepted = setting.accept(values);
        if (accepted == null) return null;
        for (var value : accepted) {
            if (setting.type() == Setting.Type.CHOICE && !offered(setting).contains(value)) return null;
        }
        // A field without a value is as if nothing was said (XEP-0004 §3.3).
        return accepted.isEmpty() ? byDefault(setting) : accepted;
    }

    private static Refusal unacceptable(Setting setting) {
        return switch (setting.name()) {
            case "access_model" ->
                Refusal.of(NOT_ACCEPTABLE, "unsupported-access-model", "There is no such access model here.");
            case "node_type" -> Refusal.unsupported("collections", "All nodes are leaves here.");
            default -> Refusal.of(NOT_ACCEPTABLE, "pubsub#" + setting.name() + " can't hold that.");
        };
    }

    /// What may be chosen: a service knows nobody's roster, an account has leaves only.
    private List<String> offered(Setting setting) {
        return switch (setting.name()) {
            case "node_type" -> personal ? List.of("leaf") : setting.options();
            default -> setting.options();
        };
    }

    /// The same with one field as it is by default.
    NodeConfig without(String name) {
        var next = new TreeMap<>(changed);
        next.remove(name);
        return new NodeConfig(personal, next);
    }

    private List<String> byDefault(Setting setting) {
        return personal ? setting.ofAccount() : setting.ofService();
    }

    private List<String> values(Setting setting) {
        return Objects.requireNonNullElse(changed.get(setting.name()), byDefault(setting));
    }

    List<String> values(String name) {
        return values(Objects.requireNonNull(Setting.of(name), name));
    }

    @Nullable
    String value(String name) {
        var values = values(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    boolean is(String name) {
        return "1".equals(value(name));
    }

    /// The number in that field, `most` if it says `max` or more than that.
    int number(String name, int most) {
        var value = value(name);
        return value == null || value.equals(Setting.MAX) ? most : Math.min(most, Integer.parseInt(value));
    }

    Access access() {
        return Objects.requireNonNull(Access.of(value("access_model")));
    }

    /// The form to be filled in; every field holds what is so now.
    DataForm form() {
        return fill(DataForm.build(DataForm.Type.FORM, Names.NODE_CONFIG)).build();
    }

    /// What is so now, for somebody who may not change it.
    DataForm result() {
        return fill(DataForm.build(DataForm.Type.RESULT, Names.NODE_CONFIG)).build();
    }

    /// What differs from the defaults: what is kept.
    DataForm changes() {
        var form = DataForm.build(DataForm.Type.SUBMIT, Names.NODE_CONFIG);
        changed.forEach((name, values) -> form.field(PREFIX + name, values.toArray(String[]::new)));
        return form.build();
    }

    private DataForm.Builder fill(DataForm.Builder form) {
        for (var setting : Setting.ALL) {
            if (isElsewhere(setting)) continue;
            form.field(setting.field(values(setting), offered(setting)));
        }
        return form;
    }

    /// The fields that are told to everybody who may know of the node (§5.4).
    void describe(DataForm.Builder form) {
        for (var name : List.of(
                "type", "title", "description", "language", "contact", "access_model", "publish_model", "max_items")) {
            var setting = Objects.requireNonNull(Setting.of(name), name);
            var values = values(setting);
            if (!values.isEmpty()) form.field(setting.field(values, List.of()));
        }
    }
}
