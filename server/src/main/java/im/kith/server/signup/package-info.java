/// Signing up: by phone number, by invitation, in the open.
@NullMarked
package im.kith.server.signup;

import org.jspecify.annotations.NullMarked;
