package im.kith.server.stream;

import im.kith.xmpp.Tag;

/// The namespaces and elements of stream negotiation.
final class Names {

    static final String TLS = "urn:ietf:params:xml:ns:xmpp-tls";
    static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
    static final String BIND = "urn:ietf:params:xml:ns:xmpp-bind";
    static final String SESSION = "urn:ietf:params:xml:ns:xmpp-session";
    static final String STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
    static final String FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";
    static final String CHANNEL_BINDING = "urn:xmpp:sasl-cb:0";
    static final String STREAM_LIMITS = "urn:xmpp:stream-limits:0";
    static final String MANAGEMENT = "urn:xmpp:sm:3";
    static final String CLIENT_STATE = "urn:xmpp:csi:0";
    static final String CARBONS = "urn:xmpp:carbons:2";
    /// docs/protocol/groups.md
    static final String GROUPS = "urn:kith:groups:0";
    static final String SASL_2 = "urn:xmpp:sasl:2";
    static final String BIND_2 = "urn:xmpp:bind:0";
    static final String FAST = "urn:xmpp:fast:0";
    static final String REGISTER = "jabber:iq:register";
    static final String REGISTER_FEATURE = "http://jabber.org/features/iq-register";
    static final String PREAUTH_FEATURE = "urn:xmpp:ibr-token:0";

    static final Tag STARTTLS = new Tag(TLS, "starttls");
    static final Tag BIND_REQUEST = new Tag(BIND, "bind");
    static final Tag SESSION_REQUEST = new Tag(SESSION, "session");
    static final Tag RESUME = new Tag(MANAGEMENT, "resume");
    static final Tag REGISTER_QUERY = new Tag(REGISTER, "query");
    static final Tag PREAUTH = new Tag("urn:xmpp:pars:0", "preauth");

    private Names() {}
}
