/// Calls: what devices need beside messages to reach one another.
@NullMarked
package im.kith.server.feature.calls;

import org.jspecify.annotations.NullMarked;
