/// The load generator behind `kith bench`: many connections, few threads, exact books.
///
/// A [im.kith.trial.bench.Loop] is one thread with a selector that drives all [im.kith.trial.bench.Link]s; a
/// [im.kith.trial.bench.Mode] decides what they say. The main thread steers by phases and reads counters.
@NullMarked
package im.kith.trial.bench;

import org.jspecify.annotations.NullMarked;
