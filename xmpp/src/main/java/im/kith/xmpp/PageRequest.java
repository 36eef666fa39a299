package im.kith.xmpp;

import org.jspecify.annotations.Nullable;

/// XEP-0059: which page of a long list somebody asks for.
///
/// At most `max` items (null: as many as the server likes, 0: only the count), those after the item `after`, or those
/// before the item `before` (which is "" for the last page), or those from position `index` on.
public record PageRequest(
        @Nullable Integer max,
        @Nullable String after,
        @Nullable String before,
        @Nullable Integer index) {

    public static final String NAMESPACE = "http://jabber.org/protocol/rsm";

    /// The first page, as long as the server likes: what is meant when nothing is asked.
    public static final PageRequest FIRST = new PageRequest(null, null, null, null);

    /// The request in `query`, [#FIRST] when there is none, or null when it is malformed (a `bad-request`).
    public static @Nullable PageRequest parse(Element query) {
        var set = query.child(NAMESPACE, "set");
        if (set == null) return FIRST;
        var max = number(set, "max");
        var index = number(set, "index");
        if ((max != null && max < 0) || (index != null && index < 0)) return null;
        return new PageRequest(max, set.childText(NAMESPACE, "after"), set.childText(NAMESPACE, "before"), index);
    }

    /// The number in a child: null when there is no such child, -1 when it holds none.
    private static @Nullable Integer number(Element set, String name) {
        var text = set.childText(NAMESPACE, name);
        if (text == null) return null;
        var digits = text.strip();
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) return -1;
        return Integer.valueOf(digits);
    }

    /// How many items to answer, `usual` when nothing is said and never more than `most`.
    public int max(int usual, int most) {
        return Math.min(max == null ? usual : max, most);
    }

    /// Whether the page is counted from the end.
    public boolean isBackwards() {
        return before != null;
    }

    /// `<set xmlns='http://jabber.org/protocol/rsm'/>` that asks for this.
    public Element toElement() {
        return Element.build(NAMESPACE, "set")
                .child("max", max == null ? null : String.valueOf(max))
                .child("after", after)
                .child("before", before)
                .child("index", index == null ? null : String.valueOf(index))
                .build();
    }
}
