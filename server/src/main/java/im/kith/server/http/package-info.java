/// HTTP as values, so that nobody but the network package knows the network library.
@NullMarked
package im.kith.server.http;

import org.jspecify.annotations.NullMarked;
