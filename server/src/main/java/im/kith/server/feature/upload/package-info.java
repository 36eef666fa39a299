/// XEP-0363: where files for messages go.
@NullMarked
package im.kith.server.feature.upload;

import org.jspecify.annotations.NullMarked;
