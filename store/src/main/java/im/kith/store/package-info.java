/// What survives a crash: owners' logs and their small keyed state. Knows no XMPP.
@NullMarked
package im.kith.store;

import org.jspecify.annotations.NullMarked;
