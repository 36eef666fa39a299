package im.kith.server.stream;

import im.kith.server.net.Bounds;
import im.kith.server.net.Networks;
import im.kith.xmpp.XmlReader;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an operator may set of sockets and streams.
///
/// @param domain the served domain, prepared
/// @param xmpp where XMPP with STARTTLS is spoken, null for nowhere
/// @param xmpps where XMPP over direct TLS is spoken (XEP-0368); needs a certificate
/// @param http where HTTP and WebSocket are spoken
/// @param plainWithoutTls lets passwords travel unprotected; otherwise nothing but TLS is offered before there is TLS
/// @param signInTries wrong tries on one connection before it is ended
/// @param threads event loops; 0 for one per processor
/// @param limits of what a peer sends at a time
/// @param bounds of what a connection takes of the server
/// @param webSocketUrl what host-meta tells browsers to connect to, null to derive it from the request
/// @param webSocketOrigins which web pages may connect: `*` for all; the empty set lets only pages of the same host in
/// @param proxies reverse proxies that are believed when they say who the client is
public record Settings(
        String domain,
        @Nullable InetSocketAddress xmpp,
        @Nullable InetSocketAddress xmpps,
        @Nullable InetSocketAddress http,
        boolean plainWithoutTls,
        int signInTries,
        int threads,
        XmlReader.Limits limits,
        Bounds bounds,
        @Nullable String webSocketUrl,
        Set<String> webSocketOrigins,
        Networks proxies) {

    /// Nothing but the domain: no listener.
    public static Settings of(String domain) {
        return new Settings(
                domain,
                null,
                null,
                null,
                false,
                4,
                0,
                XmlReader.Limits.DEFAULTS,
                Bounds.USUAL,
                null,
                Set.of("*"),
                Networks.NONE);
    }

    public Settings listening(
            @Nullable InetSocketAddress xmpp, @Nullable InetSocketAddress xmpps, @Nullable InetSocketAddress http) {
        return new Settings(
                domain,
                xmpp,
                xmpps,
                http,
                plainWithoutTls,
                signInTries,
                threads,
                limits,
                bounds,
                webSocketUrl,
                webSocketOrigins,
                proxies);
    }

    public Settings plainWithoutTls(boolean allowed) {
        return new Settings(
                domain,
                xmpp,
                xmpps,
                http,
                allowed,
                signInTries,
                threads,
                limits,
                bounds,
                webSocketUrl,
                webSocketOrigins,
                proxies);
    }

    public Settings behind(Networks trusted) {
        return new Settings(
                domain,
                xmpp,
                xmpps,
                http,
                plainWithoutTls,
                signInTries,
                threads,
                limits,
                bounds,
                webSocketUrl,
                webSocketOrigins,
                trusted);
    }

    public Settings within(XmlReader.Limits limits, Bounds bounds, int signInTries) {
        return new Settings(
                domain,
                xmpp,
                xmpps,
                http,
                plainWithoutTls,
                signInTries,
                threads,
                limits,
                bounds,
                webSocketUrl,
                webSocketOrigins,
                proxies);
    }
}
