/// The protocol as values: addresses, elements, stanzas, errors, reader, writer, SCRAM. No I/O, no threads.
@NullMarked
package im.kith.xmpp;

import org.jspecify.annotations.NullMarked;
