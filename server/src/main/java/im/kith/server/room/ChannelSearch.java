package im.kith.server.room;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.FEATURE_NOT_IMPLEMENTED;

import im.kith.xmpp.DataForm;
import im.kith.xmpp.DataForm.Field;
import im.kith.xmpp.DataForm.Option;
import im.kith.xmpp.Element;
import im.kith.xmpp.PageRequest;
import im.kith.xmpp.StanzaError;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// XEP-0433: finds public rooms by words in name, description or address. Pages are in the order of addresses, or of
/// the number of people.
final class ChannelSearch {

    static final String NAMESPACE = "urn:xmpp:channel-search:0:search";
    private static final String PARAMETERS = "urn:xmpp:channel-search:0:search-params";
    private static final String BY_ADDRESS = "{urn:xmpp:channel-search:0:order}address";
    private static final String BY_USERS = "{urn:xmpp:channel-search:0:order}nusers";
    private static final String ERROR = "urn:xmpp:channel-search:0:error";
    private static final String SERVICE_TYPE = "xep-0045";
    /// Ours, and so in Clark notation (§5.1.1).
    private static final String LEAST_USERS = "{urn:kith:groups:0}min_users";
    private static final List<String> PLACES = List.of("sinname", "sindescription", "sinaddress");
    private static final int PAGE = 50;
    private static final int LEAST_CHARS = 2;

    sealed interface Answer {}

    record Found(Element result) implements Answer {}

    record Refused(StanzaError error) implements Answer {}

    Answer answer(Element search, SortedMap<String, Listing> rooms) {
        var x = search.child(DataForm.NAMESPACE, "x");
        if (x == null) return new Found(form());
        var form = DataForm.parse(x);
        var page = PageRequest.parse(search);
        if (form == null || page == null || !PARAMETERS.equals(form.formType())) {
            return new Refused(StanzaError.of(BAD_REQUEST, "The form's FORM_TYPE is " + PARAMETERS + "."));
        }
        boolean all = Boolean.TRUE.equals(form.isTrue("all"));
        var words = form.value("q");
        boolean asked = words != null && !words.isEmpty();
        if (all && asked) {
            return refused(
                    StanzaError.of(BAD_REQUEST, "Either search for words or ask for all."), "conflicting-fields");
        }
        if (!all && words == null) {
            return refused(StanzaError.of(BAD_REQUEST).as(StanzaError.Type.CANCEL), "no-search-conditions");
        }
        var key = form.value("key");
        if (key != null && !key.equals(BY_ADDRESS) && !key.equals(BY_USERS)) {
            var error = StanzaError.of(FEATURE_NOT_IMPLEMENTED).as(StanzaError.Type.MODIFY);
            return refused(error, "invalid-sort-key");
        }
        if (!all && words != null && words.strip().length() < LEAST_CHARS) {
            var error = StanzaError.of(BAD_REQUEST, "Search for at least " + LEAST_CHARS + " characters.");
            return refused(error, "invalid-search-terms");
        }
        var found = new TreeMap<String, Listing>();
        var types = form.field("types");
        boolean wanted =
                types == null || types.values().isEmpty() || types.values().contains(SERVICE_TYPE);
        if (wanted)
            rooms.forEach((room, listing) -> {
                if (all || matches(room, listing, Objects.requireNonNull(words), form)) {
                    found.put(BY_USERS.equals(key) ? ranked(room, listing) : room, listing);
                }
            });
        return new Found(result(found, page));
    }

    private static Refused refused(StanzaError error, String condition) {
        return new Refused(error.with(Element.empty(ERROR, condition)));
    }

    /// A key that sorts the most popular first and still holds the address.
    private static String ranked(String room, Listing listing) {
        return "%09d %s".formatted(999_999_999 - listing.occupants(), room);
    }

    private static boolean matches(String room, Listing listing, String words, DataForm form) {
        var text = new StringBuilder();
        if (isIn("sinname", form)) text.append(listing.name()).append('\n');
        if (isIn("sindescription", form)) text.append(listing.description()).append('\n');
        if (isIn("sinaddress", form)) text.append(room);
        var where = text.toString().toLowerCase(Locale.ROOT);
        var least = form.value(LEAST_USERS);
        if (least != null && least.matches("\\d{1,9}") && listing.occupants() < Integer.parseInt(least)) return false;
        for (var word : words.strip().toLowerCase(Locale.ROOT).split("\\s+")) if (!where.contains(word)) return false;
        return true;
    }

    /// Whether the words are looked for there. The form comes with no box ticked: who ticks none means everywhere.
    private static boolean isIn(String field, DataForm form) {
        boolean chosen = PLACES.stream().anyMatch(place -> Boolean.TRUE.equals(form.isTrue(place)));
        if (chosen) return Boolean.TRUE.equals(form.isTrue(field));
        boolean untouched = PLACES.stream().allMatch(place -> Boolean.FALSE.equals(form.isTrue(place)));
        return untouched || !Boolean.FALSE.equals(form.isTrue(field));
    }

    private static Element result(SortedMap<String, Listing> found, PageRequest page) {
        var shown = Lobby.page(found, page, page.max(PAGE, PAGE));
        var result = Element.build(NAMESPACE, "result");
        shown.forEach((key, listing) -> result.child("item", item -> {
            item.attribute("address", key.substring(key.indexOf(' ') + 1));
            item.child("name", listing.name().isEmpty() ? null : listing.name());
            item.child("description", listing.description().isEmpty() ? null : listing.description());
            item.child("language", listing.language().isEmpty() ? null : listing.language());
            item.child("nusers", Integer.toString(listing.occupants()));
            item.child("service-type", SERVICE_TYPE);
            if (listing.open()) item.child(Element.empty(NAMESPACE, "is-open"));
        }));
        return result.child(Lobby.said(found, shown)).build();
    }

    private static Element form() {
        var orders = List.of(new Option(BY_USERS, "Number of people"), new Option(BY_ADDRESS, "Address"));
        var form = DataForm.build(DataForm.Type.FORM, PARAMETERS)
                .field(new Field("q", "text-single", "Search for", false, List.of(), List.of()))
                .field(new Field("all", "boolean", "All rooms", false, List.of(), List.of()))
                .field(new Field("sinname", "boolean", "Search in name", false, List.of(), List.of()))
                .field(new Field("sindescription", "boolean", "Search in description", false, List.of(), List.of()))
                .field(new Field("sinaddress", "boolean", "Search in address", false, List.of(), List.of()))
                .field(new Field(LEAST_USERS, "text-single", "Least number of people", false, List.of(), List.of()))
                .field(new Field(
                        "types",
                        "list-multi",
                        "Kinds of rooms",
                        false,
                        List.of(SERVICE_TYPE),
                        List.of(new Option(SERVICE_TYPE, "Multi-user chats"))))
                .field(new Field("key", "list-single", "Sort by", false, List.of(BY_ADDRESS), orders))
                .build();
        return Element.build(NAMESPACE, "search").child(form.toElement()).build();
    }
}
