@NullUnmarked
package im.kith.server.push;

import org.jspecify.annotations.NullUnmarked;
