/// Linked devices: the account's other devices, approved by one that is signed in.
@NullMarked
package im.kith.server.feature.links;

import org.jspecify.annotations.NullMarked;
