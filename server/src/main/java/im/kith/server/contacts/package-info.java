/// Contact discovery, kept: which numbers have accounts, and who watches which buckets of them.
@NullMarked
package im.kith.server.contacts;

import org.jspecify.annotations.NullMarked;
