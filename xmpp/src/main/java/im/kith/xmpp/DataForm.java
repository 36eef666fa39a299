package im.kith.xmpp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// XEP-0004: a form, whether to be filled in, filled in, or a result. Immutable.
///
/// Its FORM_TYPE (XEP-0068) says what the fields mean; it is not among [#fields].
public final class DataForm {

    public static final String NAMESPACE = "jabber:x:data";

    /// What the form is for.
    public enum Type {
        FORM("form"),
        SUBMIT("submit"),
        CANCEL("cancel"),
        RESULT("result");

        private final String label;

        Type(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /// One field. Its type is null where the form does not say; a fixed field may be without name.
    public record Field(
            @Nullable String name,
            @Nullable String type,
            @Nullable String label,
            boolean isRequired,
            List<String> values,
            List<Option> options) {

        public Field {
            values = List.copyOf(values);
            options = List.copyOf(options);
        }

        /// The first value, or null.
        public @Nullable String value() {
            return values.isEmpty() ? null : values.getFirst();
        }
    }

    /// One of the values that a list field offers.
    public record Option(String value, @Nullable String label) {}

    private static final int MOST_FIELDS = 256;

    private final Type type;
    private final @Nullable String formType;
    private final @Nullable String title;
    private final @Nullable String instructions;
    private final List<Field> fields;

    private DataForm(
            Type type,
            @Nullable String formType,
            @Nullable String title,
            @Nullable String instructions,
            List<Field> fields) {
        this.type = type;
        this.formType = formType;
        this.title = title;
        this.instructions = instructions;
        this.fields = List.copyOf(fields);
    }

    /// The form in `<x xmlns='jabber:x:data'/>`, or null when it is none (wrong type, a name twice, too many fields).
    public static @Nullable DataForm parse(Element x) {
        var type = type(x.attribute("type", ""));
        if (!x.is(NAMESPACE, "x") || type == null) return null;
        String formType = null;
        var names = new HashSet<String>();
        var fields = new ArrayList<Field>();
        for (var child : x.children()) {
            if (!child.is(NAMESPACE, "field")) continue;
            var field = field(child);
            if (fields.size() >= MOST_FIELDS) return null;
            if (field.name() != null && !names.add(field.name())) return null;
            if (field.name() == null && !"fixed".equals(field.type())) return null;
            if ("FORM_TYPE".equals(field.name())) formType = field.value();
            else fields.add(field);
        }
        return new DataForm(
                type, formType, x.childText(NAMESPACE, "title"), x.childText(NAMESPACE, "instructions"), fields);
    }

    private static @Nullable Type type(String label) {
        for (var type : Type.values()) {
            if (type.label.equals(label)) return type;
        }
        return null;
    }

    private static Field field(Element element) {
        var values = new ArrayList<String>();
        var options = new ArrayList<Option>();
        for (var child : element.children()) {
            if (child.is(NAMESPACE, "value")) values.add(child.text());
            var value = child.is(NAMESPACE, "option") ? child.childText(NAMESPACE, "value") : null;
            if (value != null) options.add(new Option(value, child.attribute("label")));
        }
        return new Field(
                element.attribute("var"),
                element.attribute("type"),
                element.attribute("label"),
                element.child(NAMESPACE, "required") != null,
                values,
                options);
    }

    public Type type() {
        return type;
    }

    public @Nullable String formType() {
        return formType;
    }

    public @Nullable String title() {
        return title;
    }

    public @Nullable String instructions() {
        return instructions;
    }

    public List<Field> fields() {
        return fields;
    }

    /// The field of that name, or null.
    public @Nullable Field field(String name) {
        for (var field : fields) {
            if (name.equals(field.name())) return field;
        }
        return null;
    }

    /// The first value of the field of that name, or null.
    public @Nullable String value(String name) {
        var field = field(name);
        return field == null ? null : field.value();
    }

    /// The value of a boolean field; null when it is absent or neither true nor false (XEP-0004 §3.3).
    public @Nullable Boolean isTrue(String name) {
        return switch (String.valueOf(value(name))) {
            case "true", "1" -> Boolean.TRUE;
            case "false", "0" -> Boolean.FALSE;
            default -> null;
        };
    }

    public Element toElement() {
        var x = Element.build(NAMESPACE, "x")
                .attribute("type", type.label)
                .child("title", title)
                .child("instructions", instructions);
        if (formType != null) {
            x.child("field", field -> field.attribute("var", "FORM_TYPE")
                    .attribute("type", "hidden")
                    .child("value", formType));
        }
        for (var field : fields) x.child("field", builder -> write(field, builder));
        return x.build();
    }

    private static void write(Field field, Element.Builder out) {
        out.attribute("var", field.name()).attribute("type", field.type()).attribute("label", field.label());
        if (field.isRequired()) out.child(Element.empty(NAMESPACE, "required"));
        for (var value : field.values()) out.child("value", value);
        for (var option : field.options()) {
            out.child("option", builder -> builder.attribute("label", option.label())
                    .child("value", option.value()));
        }
    }

    public static Builder build(Type type, @Nullable String formType) {
        return new Builder(type, formType);
    }

    /// Collects fields; not thread-safe.
    public static final class Builder {
        private final Type type;
        private final @Nullable String formType;
        private @Nullable String title;
        private @Nullable String instructions;
        private final List<Field> fields = new ArrayList<>();

        private Builder(Type type, @Nullable String formType) {
            this.type = type;
            this.formType = formType;
        }

        public Builder title(String text) {
            title = text;
            return this;
        }

        public Builder instructions(String text) {
            instructions = text;
            return this;
        }

        public Builder field(Field field) {
            fields.add(field);
            return this;
        }

        /// A field with these values and nothing else, as in a submission or a result.
        public Builder field(String name, String... values) {
            return field(new Field(name, null, null, false, List.of(values), List.of()));
        }

        /// A field of that type (`text-single`, `boolean`, …), to be filled in.
        public Builder field(String type, String name, String label, boolean isRequired) {
            return field(new Field(name, type, label, isRequired, List.of(), List.of()));
        }

        public DataForm build() {
            return new DataForm(type, formType, title, instructions, fields);
        }
    }
}
