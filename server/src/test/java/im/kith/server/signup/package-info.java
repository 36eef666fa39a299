/// Signing up, tested over memory.
@NullMarked
package im.kith.server.signup;

import org.jspecify.annotations.NullMarked;
