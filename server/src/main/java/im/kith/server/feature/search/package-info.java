/// Finding people by name, those who want to be found.
@NullMarked
package im.kith.server.feature.search;

import org.jspecify.annotations.NullMarked;
