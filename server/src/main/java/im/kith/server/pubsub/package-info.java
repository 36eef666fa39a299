/// XEP-0060 at an address of its own: the engine of the feature `pubsub` as a tenant of a partition.
@NullMarked
package im.kith.server.pubsub;

import org.jspecify.annotations.NullMarked;
