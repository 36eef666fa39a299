/// XEP-0202: what time it is here.
@NullMarked
package im.kith.server.feature.time;

import org.jspecify.annotations.NullMarked;
