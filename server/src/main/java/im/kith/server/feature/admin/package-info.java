/// XEP-0133: what administrators do from any client.
@NullMarked
package im.kith.server.feature.admin;

import org.jspecify.annotations.NullMarked;
