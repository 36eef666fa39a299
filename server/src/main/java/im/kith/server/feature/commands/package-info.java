/// XEP-0050: commands that any client can run.
@NullMarked
package im.kith.server.feature.commands;

import org.jspecify.annotations.NullMarked;
