/// Invitations to the server, made by people and by administrators.
@NullMarked
package im.kith.server.feature.invites;

import org.jspecify.annotations.NullMarked;
