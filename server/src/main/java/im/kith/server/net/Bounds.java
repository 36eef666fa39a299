package im.kith.server.net;

import im.kith.xmpp.XmlReader;

/// How much one connection may take of the server. A peer that goes over is read more slowly, never dropped, except
/// where it says so.
///
/// @param readAheadStanzas stanzas passed on and not yet dealt with, after which the peer is not read
/// @param readAheadBytes the same in bytes
/// @param bytesPerSecond long-term rate of reading; `burstBytes` can be had at once
/// @param stanzasPerSecond the same for elements
/// @param floodSeconds throttled for that long without a pause ends the stream with `policy-violation`
/// @param outboundBytes what waits to be taken by the peer, above which [Connection#writable] says no
/// @param stalledSeconds a peer that takes nothing of what waits for that long is cut off
/// @param connectionsPerAddress from one IPv4 address or IPv6 /64
/// @param countLoopback whether connections from this machine count too
/// @param strangersStanzaBytes the longest stanza before [Connection#trusted]
/// @param signInSeconds from the first byte to [Connection#signedIn]
/// @param closeSeconds how long to wait for the peer's part of a polite end
/// @param requestSeconds for a TLS handshake and an HTTP request from its first byte, and from one to the next
public record Bounds(
        int readAheadStanzas,
        int readAheadBytes,
        int bytesPerSecond,
        int burstBytes,
        int stanzasPerSecond,
        int burstStanzas,
        int floodSeconds,
        int outboundBytes,
        int stalledSeconds,
        int connectionsPerAddress,
        boolean countLoopback,
        int strangersStanzaBytes,
        int signInSeconds,
        int closeSeconds,
        int requestSeconds) {

    public static final Bounds USUAL = new Bounds(
            256, 1 << 20, 8 << 20, 32 << 20, 20_000, 60_000, 60, 256 << 10, 60, 1_000, false, 16 << 10, 30, 3, 30);

    XmlReader.Limits forStrangers(XmlReader.Limits limits) {
        return limits.withStanzaBytes(Math.min(limits.stanzaBytes(), strangersStanzaBytes));
    }
}
