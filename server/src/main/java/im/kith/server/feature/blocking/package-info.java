/// XEP-0191: who shall not reach the account.
@NullMarked
package im.kith.server.feature.blocking;

import org.jspecify.annotations.NullMarked;
