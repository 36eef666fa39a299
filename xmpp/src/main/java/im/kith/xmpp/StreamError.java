package im.kith.xmpp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A stream error as a value (RFC 6120 §4.9): it ends the stream. Condition, and a text that says what to do.
public record StreamError(
        Condition condition,
        @Nullable String text,
        @Nullable Element application) {

    public static final String NAMESPACE = "urn:ietf:params:xml:ns:xmpp-streams";
    public static final String STREAMS = "http://etherx.jabber.org/streams";

    /// The defined conditions (RFC 6120 §4.9.3).
    public enum Condition {
        BAD_FORMAT,
        BAD_NAMESPACE_PREFIX,
        CONFLICT,
        CONNECTION_TIMEOUT,
        HOST_GONE,
        HOST_UNKNOWN,
        IMPROPER_ADDRESSING,
        INTERNAL_SERVER_ERROR,
        INVALID_FROM,
        INVALID_NAMESPACE,
        INVALID_XML,
        NOT_AUTHORIZED,
        NOT_WELL_FORMED,
        POLICY_VIOLATION,
        REMOTE_CONNECTION_FAILED,
        RESET,
        RESOURCE_CONSTRAINT,
        RESTRICTED_XML,
        SEE_OTHER_HOST,
        SYSTEM_SHUTDOWN,
        UNDEFINED_CONDITION,
        UNSUPPORTED_ENCODING,
        UNSUPPORTED_FEATURE,
        UNSUPPORTED_STANZA_TYPE,
        UNSUPPORTED_VERSION;

        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /// The element's name on the wire.
        public String label() {
            return label;
        }
    }

    public static StreamError of(Condition condition) {
        return new StreamError(condition, null, null);
    }

    public static StreamError of(Condition condition, String text) {
        return new StreamError(condition, text, null);
    }

    /// The `<stream:error/>` element.
    public Element toElement() {
        var builder = Element.build(STREAMS, "error").child(Element.empty(NAMESPACE, condition.label()));
        if (text != null)
            builder.child(Element.build(NAMESPACE, "text")
                    .attribute("xml:lang", "en")
                    .text(text)
                    .build());
        return builder.child(application).build();
    }
}
