package im.kith.server.stream;

import static im.kith.xmpp.StreamError.Condition.BAD_FORMAT;
import static im.kith.xmpp.StreamError.Condition.HOST_UNKNOWN;
import static im.kith.xmpp.StreamError.Condition.IMPROPER_ADDRESSING;
import static im.kith.xmpp.StreamError.Condition.INVALID_FROM;
import static im.kith.xmpp.StreamError.Condition.INVALID_NAMESPACE;
import static im.kith.xmpp.StreamError.Condition.UNSUPPORTED_VERSION;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Stanza;
import im.kith.xmpp.StreamError;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The tags that open a stream: what is wrong with the client's, and what the server's says (RFC 6120 §4.7, RFC 7395
/// §3.4).
final class StreamHeader {

    private static final Pattern VERSION = Pattern.compile("0*([0-9]{1,9})\\.[0-9]{1,9}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private StreamHeader() {}

    /// Why the stream cannot be, or null when it can. `account` is who has signed in, null before.
    static @Nullable StreamError faultOf(Element header, String domain, boolean webSocket, @Nullable Jid account) {
        var fault = webSocket ? openFault(header) : streamFault(header);
        if (fault != null) return fault;
        var to = header.attribute("to");
        if (to == null) return StreamError.of(IMPROPER_ADDRESSING, "The stream's 'to' must be " + domain + ".");
        var wanted = Jid.parse(to);
        if (wanted == null) return StreamError.of(IMPROPER_ADDRESSING, "The stream's 'to' is not an address.");
        if (wanted.local() != null
                || wanted.resource() != null
                || !wanted.domain().equals(domain)) {
            return StreamError.of(HOST_UNKNOWN, "This server serves " + domain + ".");
        }
        var from = header.attribute("from");
        if (from != null) {
            var client = Jid.parse(from);
            if (client == null) return StreamError.of(INVALID_FROM, "The stream's 'from' is not an address.");
            if (account != null && !client.bare().equals(account)) {
                return StreamError.of(INVALID_FROM, "The stream's 'from' is not who signed in.");
            }
        }
        return versionFault(header.attribute("version"));
    }

    private static @Nullable StreamError streamFault(Element header) {
        if (!header.namespace().equals(StreamError.STREAMS)) {
            return StreamError.of(INVALID_NAMESPACE, "A stream is in the namespace " + StreamError.STREAMS + ".");
        }
        if (!header.name().equals("stream")) return StreamError.of(BAD_FORMAT, "A stream begins with <stream:stream>.");
        if (!Stanza.CLIENT.equals(header.attribute("xmlns"))) {
            return StreamError.of(INVALID_NAMESPACE, "The default namespace must be " + Stanza.CLIENT + ".");
        }
        return null;
    }

    private static @Nullable StreamError openFault(Element header) {
        if (!header.namespace().equals(Names.FRAMING)) {
            return StreamError.of(INVALID_NAMESPACE, "<open/> is in the namespace " + Names.FRAMING + ".");
        }
        return header.name().equals("open") ? null : StreamError.of(BAD_FORMAT, "A stream begins with <open/>.");
    }

    private static @Nullable StreamError versionFault(@Nullable String version) {
        if (version == null) return StreamError.of(UNSUPPORTED_VERSION, "XMPP 1.0 is spoken here.");
        var parts = VERSION.matcher(version);
        if (!parts.matches() || Integer.parseInt(parts.group(1)) < 1) {
            return StreamError.of(UNSUPPORTED_VERSION, "XMPP 1.0 is spoken here.");
        }
        return null;
    }

    /// The server's opening tag. `to` is the client's `from`, when it gave one that is an address.
    static byte[] answer(String domain, @Nullable String to, boolean webSocket) {
        var out = new StringBuilder(240);
        if (webSocket) out.append("<open xmlns='").append(Names.FRAMING).append('\'');
        else
            out.append("<?xml version='1.0'?><stream:stream xmlns='")
                    .append(Stanza.CLIENT)
                    .append("' xmlns:stream='")
                    .append(StreamError.STREAMS)
                    .append('\'');
        out.append(" id='").append(id()).append("' from='").append(domain).append('\'');
        if (to != null) {
            var client = Jid.parse(to);
            if (client != null)
                out.append(" to='").append(escaped(client.toString())).append('\'');
        }
        out.append(" version='1.0' xml:lang='en'").append(webSocket ? "/>" : ">");
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] end(boolean webSocket) {
        return (webSocket ? "<close xmlns='" + Names.FRAMING + "'/>" : "</stream:stream>")
                .getBytes(StandardCharsets.UTF_8);
    }

    /// Something that nobody can guess.
    static String id() {
        var bytes = new byte[12];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    }
}
