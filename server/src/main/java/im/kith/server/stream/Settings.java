package im.kith.server.stream;

import im.kith.server.net.Bounds;
import im.kith.server.net.Networks;
import im.kith.xmpp.XmlReader;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// What an operator may set of sockets and streams.
///
/// @param domain the served domain, prepared
/// @param plainWithoutTls lets passwords travel unprotected; otherwise nothing but TLS is offered before there is TLS
/// @param signInTries wrong tries on one connection before it is ended
/// @param limits of what a peer sends at a time
/// @param bounds of what a connection takes of the server
/// @param proxies reverse proxies that are believed when they say who the client is
public record Settings(
        String domain,
        Listening listening,
        boolean plainWithoutTls,
        int signInTries,
        XmlReader.Limits limits,
        Bounds bounds,
        Networks proxies) {

    /// Where to listen; null for nowhere.
    ///
    /// @param xmpp where XMPP with STARTTLS is spoken
    /// @param xmpps where XMPP over direct TLS is spoken (XEP-0368); needs a certificate
    /// @param http where HTTP and WebSocket are spoken
    /// @param https where they are spoken over TLS; needs a certificate
    public record Listening(
            @Nullable InetSocketAddress xmpp,
            @Nullable InetSocketAddress xmpps,
            @Nullable InetSocketAddress http,
            @Nullable InetSocketAddress https) {}

    /// Nothing but the domain: no listener.
    public static Settings of(String domain) {
        var nowhere = new Listening(null, null, null, null);
        return new Settings(domain, nowhere, false, 4, XmlReader.Limits.DEFAULTS, Bounds.USUAL, Networks.NONE);
    }

    public Settings listening(
            @Nullable InetSocketAddress xmpp, @Nullable InetSocketAddress xmpps, @Nullable InetSocketAddress http) {
        return listening(new Listening(xmpp, xmpps, http, null));
    }

    public Settings listening(Listening where) {
        return new Settings(domain, where, plainWithoutTls, signInTries, limits, bounds, proxies);
    }

    public Settings plainWithoutTls(boolean allowed) {
        return new Settings(domain, listening, allowed, signInTries, limits, bounds, proxies);
    }

    public Settings behind(Networks trusted) {
        return new Settings(domain, listening, plainWithoutTls, signInTries, limits, bounds, trusted);
    }

    public Settings within(XmlReader.Limits limits, Bounds bounds, int signInTries) {
        return new Settings(domain, listening, plainWithoutTls, signInTries, limits, bounds, proxies);
    }
}
