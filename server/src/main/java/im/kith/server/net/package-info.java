/// Sockets, TLS, WebSocket, HTTP: bytes to elements and back, with back-pressure. Knows no stanza.
@NullMarked
package im.kith.server.net;

import org.jspecify.annotations.NullMarked;
