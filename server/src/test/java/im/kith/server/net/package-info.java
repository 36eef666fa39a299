@NullUnmarked
package im.kith.server.net;

import org.jspecify.annotations.NullUnmarked;
