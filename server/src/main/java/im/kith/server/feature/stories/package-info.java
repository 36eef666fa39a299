/// Status: stories that a person publishes for a day, and who has seen them.
@NullMarked
package im.kith.server.feature.stories;

import org.jspecify.annotations.NullMarked;
