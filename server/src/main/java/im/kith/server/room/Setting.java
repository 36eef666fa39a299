package im.kith.server.room;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.DataForm.Option;
import im.kith.xmpp.Jid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One field of a room's configuration (XEP-0045 §10.2 and the registry of muc#roomconfig): what it is called on the
/// wire, what it may hold and what it holds in a new room.
enum Setting {
    NAME("roomname", "text-single", "Name", ""),
    DESCRIPTION("roomdesc", "text-single", "Description", ""),
    LANGUAGE("lang", "text-single", "Natural language of the discussions", ""),
    CONTACT("muc#roominfo_contactjid", "jid-multi", "Whom to contact"),
    PERSISTENT("persistentroom", "boolean", "The room stays when the last one leaves", "0"),
    PUBLIC("publicroom", "boolean", "The room is listed", "1"),
    MODERATED("moderatedroom", "boolean", "Only who has voice may speak", "0"),
    MEMBERS_ONLY("membersonly", "boolean", "Only members may enter", "0"),
    PASSWORD_PROTECTED("passwordprotectedroom", "boolean", "A password is needed to enter", "0"),
    PASSWORD("roomsecret", "text-private", "The password", ""),
    WHOIS(
            "whois",
            "list-single",
            "Who sees real addresses",
            List.of("moderators"),
            List.of(new Option("moderators", "Moderators only"), new Option("anyone", "Anyone"))),
    MAX_USERS(
            "maxusers",
            "list-single",
            "How many may be present",
            List.of("200"),
            List.of(
                    new Option("10", null),
                    new Option("20", null),
                    new Option("30", null),
                    new Option("50", null),
                    new Option("100", null),
                    new Option("200", null),
                    new Option("500", null),
                    new Option("1024", null))),
    CHANGE_SUBJECT("changesubject", "boolean", "Occupants may change the subject", "0"),
    ALLOW_INVITES("allowinvites", "boolean", "Members may invite to a members-only room", "0"),
    ALLOW_PRIVATE(
            "allowpm",
            "list-single",
            "Who may send private messages",
            List.of("anyone"),
            List.of(
                    new Option("anyone", "Anyone"),
                    new Option("participants", "Anyone with voice"),
                    new Option("moderators", "Moderators only"),
                    new Option("none", "Nobody"))),
    PRESENCE_BROADCAST(
            "presencebroadcast",
            "list-multi",
            "Roles whose presence is shown",
            List.of("moderator", "participant", "visitor"),
            List.of(
                    new Option("moderator", "Moderator"),
                    new Option("participant", "Participant"),
                    new Option("visitor", "Visitor"))),
    MEMBER_LIST(
            "getmemberlist",
            "list-multi",
            "Roles that may get the member list",
            List.of("moderator"),
            List.of(
                    new Option("moderator", "Moderator"),
                    new Option("participant", "Participant"),
                    new Option("visitor", "Visitor"))),
    VOICE_REQUESTS("allowvoicerequests", "boolean", "Visitors may ask for voice", "1"),
    REGISTRATION("allowregister", "boolean", "People may register a nickname and so become members", "1"),
    LOGGED("enablelogging", "boolean", "Discussions are logged publicly", "0"),
    HISTORY("muc#maxhistoryfetch", "text-single", "Messages shown to who enters, at most", "20"),
    SLOW_MODE("slow_mode_duration", "text-single", "Seconds between one's messages (0: no limit)", "0"),
    LASTING("{urn:kith:groups:0}lasting", "boolean", "A group: members get everything without entering", "0"),
    POST(
            "{urn:kith:groups:0}post",
            "list-single",
            "Who of a group may write",
            List.of("members"),
            List.of(new Option("members", "All members"), new Option("admins", "Administrators"))),
    EDIT(
            "{urn:kith:groups:0}edit",
            "list-single",
            "Who may change a group's name, description, subject and photo",
            List.of("admins"),
            List.of(new Option("members", "All members"), new Option("admins", "Administrators"))),
    SEEN(
            "{urn:kith:groups:0}history",
            "list-single",
            "What a group's member sees of what was said",
            List.of("joined"),
            List.of(new Option("joined", "From when it was added"), new Option("all", "Everything"))),
    /// XEP-0503 §4.4: the space that the room is part of, as an IRI of its pubsub node.
    SPACE("pubsub", "text-single", "The space (community) that the room is part of", ""),
    APPROVE("{urn:kith:groups:0}approve", "boolean", "Administrators approve who wants to come into a group", "0"),
    COMMUNITY(
            "{urn:kith:groups:0}community",
            "list-single",
            "What people of its community may do to come into a group",
            List.of("ask"),
            List.of(new Option("ask", "Ask the administrators"), new Option("join", "Come in by themselves"))),
    ANNOUNCES("{urn:kith:groups:0}announces", "boolean", "The announcement channel of a community", "0");

    private static final int MOST_CHARS = 1_000;
    private static final int MOST_VALUES = 20;

    final String field;
    private final String type;
    private final String label;
    final List<String> initial;
    private final List<Option> options;

    Setting(String name, String type, String label, String... initial) {
        this(name, type, label, List.of(initial), List.of());
    }

    Setting(String name, String type, String label, List<String> initial, List<Option> options) {
        this.field = name.startsWith("muc#") || name.startsWith("{") ? name : "muc#roomconfig_" + name;
        this.type = type;
        this.label = label;
        this.initial = initial;
        this.options = options;
    }

    DataForm.Field field(List<String> values) {
        var shown = values.equals(List.of("")) ? List.<String>of() : values;
        return new DataForm.Field(field, type, label, false, shown, options);
    }

    /// The values as they are kept, or null when the field may not hold them.
    @Nullable
    List<String> accepted(List<String> values) {
        for (var value : values) if (value.length() > MOST_CHARS) return null;
        if (values.size() > MOST_VALUES) return null;
        return switch (type) {
            case "boolean" -> truth(values);
            case "list-multi" -> values.stream().allMatch(this::isOffered) ? List.copyOf(values) : null;
            case "list-single" -> values.size() == 1 && isOffered(values.getFirst()) ? List.copyOf(values) : null;
            case "jid-multi" ->
                values.stream().allMatch(value -> Jid.parse(value) != null) ? List.copyOf(values) : null;
            default -> this == HISTORY || this == SLOW_MODE ? number(values) : text(values);
        };
    }

    private boolean isOffered(String value) {
        if (this == MAX_USERS) return isNumber(value, 1, 1024);
        return options.stream().anyMatch(option -> option.value().equals(value));
    }

    private static @Nullable List<String> truth(List<String> values) {
        if (values.size() != 1) return null;
        return switch (values.getFirst()) {
            case "1", "true" -> List.of("1");
            case "0", "false" -> List.of("0");
            default -> null;
        };
    }

    private @Nullable List<String> number(List<String> values) {
        if (values.isEmpty() || values.getFirst().isEmpty()) return initial;
        return values.size() == 1 && isNumber(values.getFirst(), 0, this == HISTORY ? 100 : 86_400)
                ? List.copyOf(values)
                : null;
    }

    private static @Nullable List<String> text(List<String> values) {
        if (values.isEmpty()) return List.of("");
        return values.size() == 1 ? List.copyOf(values) : null;
    }

    private static boolean isNumber(String text, int least, int most) {
        if (text.isEmpty() || text.length() > 6 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) return false;
        int number = Integer.parseInt(text);
        return number >= least && number <= most;
    }
}
