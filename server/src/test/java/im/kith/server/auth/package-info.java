/// Who may sign in, tested over memory.
@NullMarked
package im.kith.server.auth;

import org.jspecify.annotations.NullMarked;
