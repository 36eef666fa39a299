/// XEP-0030 and its kin: what this server and its accounts can do.
@NullMarked
package im.kith.server.feature.disco;

import org.jspecify.annotations.NullMarked;
