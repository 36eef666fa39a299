/// Linking devices: codes that new devices show, and what they get when they are approved.
@NullMarked
package im.kith.server.link;

import org.jspecify.annotations.NullMarked;
