@NullUnmarked
package im.kith.server.portable;

import org.jspecify.annotations.NullUnmarked;
