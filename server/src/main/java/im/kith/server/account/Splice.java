package im.kith.server.account;

import im.kith.xmpp.Jid;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Adds to a serialised message without parsing it. A message in a log is `<message …>…</message>`, written by
/// [im.kith.xmpp.XmlWriter], never self-closed.
final class Splice {

    private static final byte[] END = ascii("</message>");
    private static final byte[] XMLNS = ascii(" xmlns='jabber:client'");
    private static final int OPEN = "<message".length();

    private Splice() {}

    /// XEP-0359 §3: the stanza-id that the account's archive gave.
    static byte[] identified(byte[] message, String by, long seq) {
        return inserted(message, ascii(stanzaId(by, seq)));
    }

    /// The same, with XEP-0203's delay for what could not be delivered at once.
    static byte[] delayed(byte[] message, String by, long seq, String domain, long timeMillis) {
        return inserted(message, utf8(stanzaId(by, seq) + delay(domain, timeMillis)));
    }

    /// XEP-0280 §6, §7: the message wrapped for another device. `direction` is `sent` or `received`.
    static byte[] carbon(byte[] identified, String direction, String bare, Jid device) {
        var out = new ByteArrayOutputStream(identified.length + 320);
        out.writeBytes(
                utf8("<message from='" + escaped(bare) + "' to='" + escaped(device.toString()) + "' type='chat'><"
                        + direction + " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"));
        out.write(identified, 0, OPEN);
        out.writeBytes(XMLNS);
        out.write(identified, OPEN, identified.length - OPEN);
        out.writeBytes(ascii("</forwarded></" + direction + "></message>"));
        return out.toByteArray();
    }

    /// A stanza without `to`, addressed; `open` is the length of `<message` or whatever it begins with.
    static byte[] addressed(byte[] stanza, int open, Jid to) {
        var attribute = utf8(" to='" + escaped(to.toString()) + "'");
        var out = new byte[stanza.length + attribute.length];
        System.arraycopy(stanza, 0, out, 0, open);
        System.arraycopy(attribute, 0, out, open, attribute.length);
        System.arraycopy(stanza, open, out, open + attribute.length, stanza.length - open);
        return out;
    }

    /// The message as a document of its own, for [im.kith.xmpp.XmlReader#parseDocument].
    static byte[] document(byte[] stanza) {
        int name = 1;
        while (stanza[name] > ' ' && stanza[name] != '>' && stanza[name] != '/') name++;
        var out = new byte[stanza.length + XMLNS.length];
        System.arraycopy(stanza, 0, out, 0, name);
        System.arraycopy(XMLNS, 0, out, name, XMLNS.length);
        System.arraycopy(stanza, name, out, name + XMLNS.length, stanza.length - name);
        return out;
    }

    private static String stanzaId(String by, long seq) {
        return "<stanza-id xmlns='urn:xmpp:sid:0' by='" + escaped(by) + "' id='" + ArchiveId.of(seq) + "'/>";
    }

    private static String delay(String domain, long timeMillis) {
        return "<delay xmlns='urn:xmpp:delay' from='" + domain + "' stamp='"
                + java.time.Instant.ofEpochMilli(timeMillis).toString() + "'/>";
    }

    private static byte[] inserted(byte[] message, byte[] extra) {
        int head = message.length - END.length;
        var out = new byte[message.length + extra.length];
        System.arraycopy(message, 0, out, 0, head);
        System.arraycopy(extra, 0, out, head, extra.length);
        System.arraycopy(END, 0, out, head + extra.length, END.length);
        return out;
    }

    /// Addresses may hold `'` and `&` only in their resource, but a stranger's database is not to be trusted either.
    private static String escaped(String address) {
        if (address.indexOf('\'') < 0
                && address.indexOf('&') < 0
                && address.indexOf('<') < 0
                && address.indexOf('>') < 0) {
            return address;
        }
        return address.replace("&", "&amp;")
                .replace("'", "&apos;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
