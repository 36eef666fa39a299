/// The web app as files over HTTP.
@NullMarked
package im.kith.server.web;

import org.jspecify.annotations.NullMarked;
