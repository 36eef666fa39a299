/// What people upload, and how others get it: slots, files, quotas, expiry.
@NullMarked
package im.kith.server.media;

import org.jspecify.annotations.NullMarked;
