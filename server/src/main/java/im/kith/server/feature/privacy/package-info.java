/// Privacy choices: read and set by the account's devices, kept by the server towards everybody else.
@NullMarked
package im.kith.server.feature.privacy;

import org.jspecify.annotations.NullMarked;
