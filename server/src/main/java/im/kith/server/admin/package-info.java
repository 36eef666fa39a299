/// Administrators of the server, and what they may do from any client.
@NullMarked
package im.kith.server.admin;

import org.jspecify.annotations.NullMarked;
