/// What operators do to a running server: routes that only the server's own machine may use, and the `ctl` command.
@NullMarked
package im.kith.server.control;

import org.jspecify.annotations.NullMarked;
