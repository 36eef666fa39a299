/// XEP-0092: what software this is.
@NullMarked
package im.kith.server.feature.version;

import org.jspecify.annotations.NullMarked;
