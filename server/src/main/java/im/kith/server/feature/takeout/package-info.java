/// Taking one's data along.
@NullMarked
package im.kith.server.feature.takeout;

import org.jspecify.annotations.NullMarked;
