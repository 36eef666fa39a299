package im.kith.trial.wire;

/// Where a server listens, and the domain it serves. A port of 0 says that it does not listen there.
public record Endpoint(String host, int xmppPort, int xmppsPort, int httpPort, String domain) {

    public int port(Transport transport) {
        return switch (transport) {
            case TCP, STARTTLS -> xmppPort;
            case TLS -> xmppsPort;
            case WEBSOCKET -> httpPort;
        };
    }
}
