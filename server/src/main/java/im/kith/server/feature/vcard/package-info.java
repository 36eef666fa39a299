/// XEP-0054: who an account says it is.
@NullMarked
package im.kith.server.feature.vcard;

import org.jspecify.annotations.NullMarked;
