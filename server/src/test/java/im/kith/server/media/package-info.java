@NullUnmarked
package im.kith.server.media;

import org.jspecify.annotations.NullUnmarked;
