package im.kith.server.net;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One client's connection, TCP or WebSocket, as the layer above uses it: elements go in and out as bytes.
///
/// [#send], [#post] and [#writable] are for any thread; what one thread passes to the first two happens in its order.
/// All else belongs to the connection's event loop. Nothing here blocks or throws; on a connection that is gone it
/// does
/// nothing.
public interface Connection {

    /// Writes elements in this order (each array is one, as it stands inside a `jabber:client` stream), and gives back
    /// the read-ahead of `consumed` stanzas ([#arrived]). What is not `urgent` may wait for company for
    /// [Loop#UNHURRIED_MILLIS], but never lets what comes after it go first.
    void send(List<byte[]> elements, int consumed, boolean urgent);

    /// Runs `action` on the event loop, after what the same thread sent before.
    void post(Runnable action);

    /// Whether less than the limit waits to be taken by the peer. After a no, [Conversation#drained] follows.
    boolean writable();

    /// Writes one element, or for TCP any bytes of a stream. They leave at the end of the loop's turn.
    void write(byte[] element);

    /// A stanza was passed on: it counts as read ahead until [#send] reports it consumed.
    void arrived();

    /// While held, the peer is not read (what was read already still arrives).
    void hold(boolean held);

    /// The client has proved who it is: the limits for strangers are off, but not yet their time-out.
    void trusted();

    /// The client is bound: the time-out for strangers is off.
    void signedIn();

    /// From here on `conversation` listens.
    void speak(Conversation conversation);

    /// The next thing that is read is the start of a new stream.
    void restart();

    /// Writes `proceed`, in clear, and then expects a TLS handshake.
    void startTls(byte[] proceed);

    /// Ends politely: writes `last`, waits a while until the peer closes too, then closes. Nothing more is heard but
    /// [Conversation#closed] and [Conversation#gone].
    void finish(byte[]... last);

    /// The same once every stanza that [#arrived] is consumed; until then nothing more is read.
    void finishWhenAnswered(byte[]... last);

    /// Closes now.
    void abort();

    /// Whether this is RFC 7395: elements carry their namespaces, framing is by messages.
    boolean isWebSocket();

    boolean isSecure();

    /// Whether nothing of it crosses a network: the other end is a program on this very machine, and no proxy.
    boolean isLocal();

    InetAddress peer();

    /// How often it was read more slowly since it sent faster than it may. From any thread.
    int timesSlowed();

    /// The hash of the certificate that the peer saw (`tls-server-end-point`, RFC 5929 §4), or null without TLS here.
    byte @Nullable [] serverEndPoint();

    /// The keying material of `tls-exporter` (RFC 9266), or null where there is none to be had.
    byte @Nullable [] exporter();

    /// What the connection is counted with; one per event loop.
    Counts counts();
}
