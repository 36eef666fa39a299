/// A small XMPP client of our own: what trials and the load generator speak to any server with. It shares no code with
/// the server, so that a misunderstanding on one side is not repeated on the other.
@NullMarked
package im.kith.trial.wire;

import org.jspecify.annotations.NullMarked;
