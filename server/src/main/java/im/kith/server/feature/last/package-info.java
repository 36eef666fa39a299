/// XEP-0012: since when nobody has been there.
@NullMarked
package im.kith.server.feature.last;

import org.jspecify.annotations.NullMarked;
