/// Black-box trials and the load generator. Nothing in here sees more of a server than its wire, its process id and its
/// command line.
@NullMarked
package im.kith.trial;

import org.jspecify.annotations.NullMarked;
