/// XEP-0077: what an account may do with itself.
@NullMarked
package im.kith.server.feature.register;

import org.jspecify.annotations.NullMarked;
