/// Reports of abuse, kept for the operator.
@NullMarked
package im.kith.server.reports;

import org.jspecify.annotations.NullMarked;
