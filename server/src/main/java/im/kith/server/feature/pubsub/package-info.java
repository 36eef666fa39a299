/// XEP-0060 and its kin: nodes, their items, and who may read, write and be told.
@NullMarked
package im.kith.server.feature.pubsub;

import org.jspecify.annotations.NullMarked;
