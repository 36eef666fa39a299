/// Web pages that the server looks at for its accounts: fetching within limits, and what a page says of itself.
@NullMarked
package im.kith.server.preview;

import org.jspecify.annotations.NullMarked;
