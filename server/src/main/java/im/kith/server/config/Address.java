package im.kith.server.config;

import java.net.InetSocketAddress;

/// Where to listen, as it was written: `host:port`, an IPv6 address in brackets. Resolved when it is used.
public record Address(String host, int port) {

    /// Nowhere, written as "".
    static final Address NONE = new Address("", 0);

    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    /// Whether only this machine can reach it.
    public boolean isLoopback() {
        var address = resolve().getAddress();
        return address != null && address.isLoopbackAddress();
    }

    @Override
    public String toString() {
        if (equals(NONE)) return "";
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
