/// XEP-0199: is anybody there?
@NullMarked
package im.kith.server.feature.ping;

import org.jspecify.annotations.NullMarked;
