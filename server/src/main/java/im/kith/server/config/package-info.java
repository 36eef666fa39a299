/// What an operator can set: the keys with their documentation and defaults, and the typed values made from them.
@NullMarked
package im.kith.server.config;

import org.jspecify.annotations.NullMarked;
