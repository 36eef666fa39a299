/// Accounts as files (XEP-0227): what an account can take along, and what it brings.
@NullMarked
package im.kith.server.portable;

import org.jspecify.annotations.NullMarked;
