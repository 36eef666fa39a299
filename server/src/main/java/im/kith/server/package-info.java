/// The program: what its commands do, and how its parts are put together.
@NullMarked
package im.kith.server;

import org.jspecify.annotations.NullMarked;
