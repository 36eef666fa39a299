/// The documents that are generated from what the code declares.
@NullMarked
package im.kith.server.docs;

import org.jspecify.annotations.NullMarked;
