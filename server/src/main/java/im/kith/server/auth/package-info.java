/// Who may sign in: credentials, keys and tokens.
@NullMarked
package im.kith.server.auth;

import org.jspecify.annotations.NullMarked;
