/// Push messages to devices that are away: encryption, proof of who sends, and the sending.
@NullMarked
package im.kith.server.push;

import org.jspecify.annotations.NullMarked;
