/// Looking at web pages, tested over sockets.
@NullMarked
package im.kith.server.preview;

import org.jspecify.annotations.NullMarked;
