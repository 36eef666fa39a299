@NullUnmarked
package im.kith.server.outward;

import org.jspecify.annotations.NullUnmarked;
