package im.kith.xmpp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A stanza error as a value (RFC 6120 §8.3): the standard's condition, its type, and a text that says what to do.
///
/// @param uri where what was asked for is now, for [Condition#GONE] and [Condition#REDIRECT] (§8.3.3.5, §8.3.3.14)
/// @param application a condition of some other specification's own
public record StanzaError(
        Condition condition,
        Type type,
        @Nullable String uri,
        @Nullable String text,
        @Nullable Element application) {

    private static final String NAMESPACE = "urn:ietf:params:xml:ns:xmpp-stanzas";

    /// What the sender should do about it (RFC 6120 §8.3.2).
    public enum Type {
        AUTH,
        CANCEL,
        CONTINUE,
        MODIFY,
        WAIT;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The defined conditions and the type each usually has (RFC 6120 §8.3.3).
    public enum Condition {
        BAD_REQUEST(Type.MODIFY),
        CONFLICT(Type.CANCEL),
        FEATURE_NOT_IMPLEMENTED(Type.CANCEL),
        FORBIDDEN(Type.AUTH),
        GONE(Type.CANCEL),
        INTERNAL_SERVER_ERROR(Type.CANCEL),
        ITEM_NOT_FOUND(Type.CANCEL),
        JID_MALFORMED(Type.MODIFY),
        NOT_ACCEPTABLE(Type.MODIFY),
        NOT_ALLOWED(Type.CANCEL),
        NOT_AUTHORIZED(Type.AUTH),
        POLICY_VIOLATION(Type.MODIFY),
        RECIPIENT_UNAVAILABLE(Type.WAIT),
        REDIRECT(Type.MODIFY),
        REGISTRATION_REQUIRED(Type.AUTH),
        REMOTE_SERVER_NOT_FOUND(Type.CANCEL),
        REMOTE_SERVER_TIMEOUT(Type.WAIT),
        RESOURCE_CONSTRAINT(Type.WAIT),
        SERVICE_UNAVAILABLE(Type.CANCEL),
        SUBSCRIPTION_REQUIRED(Type.AUTH),
        UNDEFINED_CONDITION(Type.CANCEL),
        UNEXPECTED_REQUEST(Type.WAIT);

        private final Type usualType;
        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        Condition(Type usualType) {
            this.usualType = usualType;
        }

        /// The element's name on the wire.
        public String label() {
            return label;
        }
    }

    public static StanzaError of(Condition condition) {
        return new StanzaError(condition, condition.usualType, null, null, null);
    }

    public static StanzaError of(Condition condition, String text) {
        return new StanzaError(condition, condition.usualType, null, text, null);
    }

    public StanzaError as(Type other) {
        return new StanzaError(condition, other, uri, text, application);
    }

    /// With an application-specific condition beside the defined one.
    public StanzaError with(Element applicationCondition) {
        return new StanzaError(condition, type, uri, text, applicationCondition);
    }

    /// With the address at which to look instead.
    public StanzaError at(String elsewhere) {
        return new StanzaError(condition, type, elsewhere, text, application);
    }

    /// The `<error/>` element, in `jabber:client`.
    public Element toElement() {
        var builder = Element.build(Stanza.CLIENT, "error")
                .attribute("type", type.label())
                .child(
                        uri == null
                                ? Element.empty(NAMESPACE, condition.label())
                                : Element.build(NAMESPACE, condition.label())
                                        .text(uri)
                                        .build());
        if (text != null)
            builder.child(Element.build(NAMESPACE, "text")
                    .attribute("xml:lang", "en")
                    .text(text)
                    .build());
        return builder.child(application).build();
    }
}
