/// The server's certificate: read from PEM files, or made when there is none.
@NullMarked
package im.kith.server.tls;

import org.jspecify.annotations.NullMarked;
