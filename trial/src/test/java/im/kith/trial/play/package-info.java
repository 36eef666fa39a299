/// The small language in which trials are written: a world, users in it, their devices, and what they say and get.
@NullMarked
package im.kith.trial.play;

import org.jspecify.annotations.NullMarked;
