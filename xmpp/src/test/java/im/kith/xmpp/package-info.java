/// Tests of the protocol's values.
@NullMarked
package im.kith.xmpp;

import org.jspecify.annotations.NullMarked;
