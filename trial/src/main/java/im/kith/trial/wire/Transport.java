package im.kith.trial.wire;

/// The ways to a server.
public enum Transport {
    /// Plain TCP, nothing encrypted.
    TCP,
    /// TCP, then TLS by RFC 6120 §5.
    STARTTLS,
    /// TLS from the first byte, XEP-0368.
    TLS,
    /// RFC 7395, without TLS.
    WEBSOCKET
}
