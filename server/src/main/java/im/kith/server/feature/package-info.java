/// What an extension is: a value that declares itself in a manifest. Features know this package only.
@NullMarked
package im.kith.server.feature;

import org.jspecify.annotations.NullMarked;
