/// The heart: accounts, their devices, and what becomes of a message. Sees neither sockets nor streams.
@NullMarked
package im.kith.server.account;

import org.jspecify.annotations.NullMarked;
