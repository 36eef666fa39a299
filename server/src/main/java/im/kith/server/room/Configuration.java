package im.kith.server.room;

import im.kith.xmpp.DataForm;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a room is set up (XEP-0045 §10.2): an immutable value for each [Setting]. Knows nothing of who may change it.
final class Configuration {

    static final Configuration INITIAL = new Configuration(new EnumMap<>(Setting.class));

    /// How a room begins that somebody enters first (§10.1.2): who is in it sees the others' addresses, as in a group
    /// and as §7.9 wants it of an instant room; who enters is warned (code 100), and an owner may set it otherwise.
    static final Configuration INSTANT = new Configuration(new EnumMap<>(Map.of(
            Setting.WHOIS,
            List.of("anyone"),
            Setting.MEMBER_LIST,
            List.of(Role.MODERATOR.label(), Role.PARTICIPANT.label(), Role.VISITOR.label()))));

    /// Where there is no value, the initial one holds.
    private final Map<Setting, List<String>> values;

    private Configuration(Map<Setting, List<String>> values) {
        this.values = values;
    }

    /// This configuration with what a submitted form changes; null when a field holds what it may not, or when the
    /// whole makes no sense (a room with a password but none given).
    @Nullable
    Configuration with(DataForm form) {
        var changed = new EnumMap<Setting, List<String>>(Setting.class);
        changed.putAll(values);
        for (var setting : Setting.values()) {
            var field = form.field(setting.field);
            if (field == null) continue;
            var accepted = setting.accepted(field.values());
            if (accepted == null) return null;
            changed.put(setting, accepted);
        }
        var made = new Configuration(changed);
        return made.is(Setting.PASSWORD_PROTECTED)
                        && made.text(Setting.PASSWORD).isEmpty()
                ? null
                : made;
    }

    /// The form for an owner; `more` are the fields that others keep.
    DataForm form(String room, List<DataForm.Field> more) {
        var form = DataForm.build(DataForm.Type.FORM, Muc.ROOM_CONFIG)
                .title("Configuration of " + room)
                .instructions("Change what you like and submit the form.");
        for (var setting : Setting.values()) form.field(setting.field(values(setting)));
        for (var field : more) form.field(field);
        return form.build();
    }

    /// All values, for the shelf; [#with] reads them again.
    DataForm submission() {
        var form = DataForm.build(DataForm.Type.SUBMIT, Muc.ROOM_CONFIG);
        for (var each : values.entrySet()) {
            form.field(each.getKey().field, each.getValue().toArray(String[]::new));
        }
        return form.build();
    }

    List<String> values(Setting setting) {
        return values.getOrDefault(setting, setting.initial);
    }

    String text(Setting setting) {
        var all = values(setting);
        return all.isEmpty() ? "" : all.getFirst();
    }

    boolean is(Setting setting) {
        return text(setting).equals("1");
    }

    int number(Setting setting) {
        return Integer.parseInt(text(setting));
    }

    boolean isNonAnonymous() {
        return text(Setting.WHOIS).equals("anyone");
    }

    boolean shows(Role role) {
        return values(Setting.PRESENCE_BROADCAST).contains(role.label());
    }
}
