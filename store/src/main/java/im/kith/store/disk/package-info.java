/// The embedded engine: a segment log that is the write-ahead log, and an index over it.
@NullMarked
package im.kith.store.disk;

import org.jspecify.annotations.NullMarked;
