/// Contact discovery: which numbers of an address book have accounts here.
@NullMarked
package im.kith.server.feature.contacts;

import org.jspecify.annotations.NullMarked;
