/// The promise put to the test: people who talk while their server is killed again and again.
@NullMarked
package im.kith.trial.crash;

import org.jspecify.annotations.NullMarked;
