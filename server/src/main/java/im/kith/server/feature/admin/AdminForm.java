package im.kith.server.feature.admin;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.Jid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The forms of XEP-0133 and what is filled in.
final class AdminForm {

    static final String TYPE = "http://jabber.org/protocol/admin";

    private static final List<DataForm.Option> DELAYS = List.of(
            option("30", "30 seconds"),
            option("60", "60 seconds"),
            option("90", "90 seconds"),
            option("120", "2 minutes"),
            option("180", "3 minutes"),
            option("240", "4 minutes"),
            option("300", "5 minutes"));
    private static final List<DataForm.Option> LIMITS = List.of(
            option("25", "25"),
            option("50", "50"),
            option("75", "75"),
            option("100", "100"),
            option("150", "150"),
            option("200", "200"),
            option("none", "None"));

    private AdminForm() {}

    private static DataForm.Option option(String value, String label) {
        return new DataForm.Option(value, label);
    }

    static DataForm.Builder asking(String title, String instructions) {
        return DataForm.build(DataForm.Type.FORM, TYPE).title(title).instructions(instructions);
    }

    static DataForm.Builder result() {
        return DataForm.build(DataForm.Type.RESULT, TYPE);
    }

    static DataForm.Field field(String type, String name, String label, boolean isRequired, List<String> values) {
        return new DataForm.Field(name, type, label, isRequired, values, List.of());
    }

    static DataForm.Field limit() {
        return new DataForm.Field(
                "max_items", "list-single", "Maximum number of items to show", false, List.of(), LIMITS);
    }

    static DataForm.Field delay(String label) {
        return new DataForm.Field("delay", "list-single", label, false, List.of(), DELAYS);
    }

    /// The address in a field, or null when it is none.
    static @Nullable Jid jid(DataForm form, String name) {
        var value = form.value(name);
        return value == null ? null : Jid.parse(value.strip());
    }

    /// The addresses in a field, or null when one of them is none.
    static @Nullable List<Jid> jids(DataForm form, String name) {
        var field = form.field(name);
        var jids = new ArrayList<Jid>();
        if (field == null) return jids;
        for (var value : field.values()) {
            if (value.isBlank()) continue;
            var jid = Jid.parse(value.strip());
            if (jid == null) return null;
            jids.add(jid);
        }
        return jids;
    }

    /// The lines of a field of type text-multi as one text.
    static String text(DataForm form, String name) {
        var field = form.field(name);
        return field == null ? "" : String.join("\n", field.values()).strip();
    }
}
