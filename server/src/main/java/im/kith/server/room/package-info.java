/// Groups: XEP-0045 and its kin, as a service of the server at `groups.<domain>`.
@NullMarked
package im.kith.server.room;

import org.jspecify.annotations.NullMarked;
