/// XEP-0049: small notes that a client leaves for itself.
@NullMarked
package im.kith.server.feature.privatexml;

import org.jspecify.annotations.NullMarked;
