/// Push: waking devices that are not connected.
@NullMarked
package im.kith.server.feature.push;

import org.jspecify.annotations.NullMarked;
