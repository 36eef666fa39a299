package im.kith.xmpp;

import org.jspecify.annotations.Nullable;

/// XEP-0059: what is said about one page of a long list: its first and last item, the first one's position, how many
/// items the whole list has. An empty page has neither first nor last; what is not known is null.
public record Page(
        @Nullable String first,
        @Nullable String last,
        @Nullable Integer index,
        @Nullable Integer count) {

    /// A page without items.
    public static Page empty(@Nullable Integer count) {
        return new Page(null, null, null, count);
    }

    /// `<set xmlns='http://jabber.org/protocol/rsm'/>` that says this.
    public Element toElement() {
        var set = Element.build(PageRequest.NAMESPACE, "set");
        if (first != null) {
            set.child(Element.build(PageRequest.NAMESPACE, "first")
                    .attribute("index", index == null ? null : String.valueOf(index))
                    .text(first)
                    .build());
        }
        return set.child("last", last)
                .child("count", count == null ? null : String.valueOf(count))
                .build();
    }
}
