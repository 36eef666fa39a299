@NullUnmarked
package im.kith.server.stun;

import org.jspecify.annotations.NullUnmarked;
