/// HTTP to hosts that somebody else has named: a page behind a link, a push service in a subscription.
@NullMarked
package im.kith.server.outward;

import org.jspecify.annotations.NullMarked;
