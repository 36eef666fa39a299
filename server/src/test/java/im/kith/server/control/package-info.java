/// Operators' routes and commands, tested over memory.
@NullMarked
package im.kith.server.control;

import org.jspecify.annotations.NullMarked;
