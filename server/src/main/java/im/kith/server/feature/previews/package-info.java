/// What a web page says of itself, for who sends a link to it.
@NullMarked
package im.kith.server.feature.previews;

import org.jspecify.annotations.NullMarked;
