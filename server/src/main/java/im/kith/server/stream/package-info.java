/// From the first byte to the bound device: STARTTLS, SASL, bind, resume.
@NullMarked
package im.kith.server.stream;

import org.jspecify.annotations.NullMarked;
