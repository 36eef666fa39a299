/// A disk that exists in memory only and fails on demand, for simulations that run the real store.
@NullMarked
package im.kith.store.sim;

import org.jspecify.annotations.NullMarked;
