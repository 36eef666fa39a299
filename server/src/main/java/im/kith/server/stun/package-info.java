/// RFC 8489: STUN, as far as a phone needs it to learn under which address the world sees it.
@NullMarked
package im.kith.server.stun;

import org.jspecify.annotations.NullMarked;
