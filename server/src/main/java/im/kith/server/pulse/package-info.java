/// How the server is: metrics, queue lengths above all, health, and the log.
@NullMarked
package im.kith.server.pulse;

import org.jspecify.annotations.NullMarked;
