package im.kith.server.account;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.XmlException;
import im.kith.xmpp.XmlReader;
import im.kith.xmpp.XmlWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One contact of an account, and its row in the shelf [Roster#SHELF].
///
/// ```
/// row: flags (1 byte), version (8), name (UTF), number of groups (1), groups (UTF each), request (the rest)
/// ```
///
/// The flags stand first so that presence, which goes over the whole roster, reads one byte per contact and decodes
/// nothing. `visible` is false for a contact who has asked for a subscription and is not in the roster otherwise: RFC
/// 6121 §3.1.3 hides those from roster and pushes. `version` is the roster's when the item last changed. `request` is
/// the stanza with which the contact asked, while it is pending in: it is shown to devices that come online later.
record RosterItem(
        Jid jid,
        SubscriptionState state,
        boolean visible,
        boolean approved,
        String name,
        List<String> groups,
        long version,
        @Nullable Element request) {

    static final int TO = 1;
    static final int FROM = 2;
    static final int PENDING_OUT = 4;
    static final int PENDING_IN = 8;
    static final int APPROVED = 16;
    static final int VISIBLE = 32;

    private static final String ROSTER = "jabber:iq:roster";
    /// Where the name begins in a row.
    private static final int NAME = 1 + Long.BYTES;

    /// A contact of whom nothing is known.
    static RosterItem of(Jid contact) {
        return new RosterItem(contact, SubscriptionState.NONE, false, false, "", List.of(), 0, null);
    }

    /// The flags of an encoded item: what can be asked without decoding.
    static int flags(byte @Nullable [] row) {
        return row == null ? 0 : row[0];
    }

    /// The name in an encoded item, without decoding the rest.
    static String name(byte[] row) {
        if (row[NAME] == 0 && row[NAME + 1] == 0) return "";
        try {
            return new DataInputStream(new ByteArrayInputStream(row, NAME, row.length - NAME)).readUTF();
        } catch (IOException e) {
            throw new IllegalStateException("a roster's row is damaged", e);
        }
    }

    static SubscriptionState state(int flags) {
        return SubscriptionState.of(
                (flags & TO) != 0, (flags & FROM) != 0, (flags & PENDING_OUT) != 0, (flags & PENDING_IN) != 0);
    }

    RosterItem with(SubscriptionState next) {
        return new RosterItem(jid, next, visible, approved, name, groups, version, next.pendingIn() ? request : null);
    }

    RosterItem withApproved(boolean other) {
        return new RosterItem(jid, state, visible, other, name, groups, version, request);
    }

    RosterItem withRequest(Element other) {
        return new RosterItem(jid, state, visible, approved, name, groups, version, other);
    }

    RosterItem withVersion(long other) {
        return new RosterItem(jid, state, visible, approved, name, groups, other, request);
    }

    RosterItem named(String otherName, List<String> otherGroups) {
        return new RosterItem(jid, state, visible, approved, otherName, List.copyOf(otherGroups), version, request);
    }

    RosterItem shown() {
        return new RosterItem(jid, state, true, approved, name, groups, version, request);
    }

    /// The `<item/>` of results and pushes (RFC 6121 §2.1.2).
    Element toElement() {
        var item = Element.build(ROSTER, "item")
                .attribute("jid", jid.toString())
                .attribute("name", name.isEmpty() ? null : name)
                .attribute("subscription", state.label())
                .attribute("ask", state.pendingOut() ? "subscribe" : null)
                .attribute("approved", approved ? "true" : null);
        for (var group : groups) item.child("group", group);
        return item.build();
    }

    byte[] encode() {
        try {
            var bytes = new ByteArrayOutputStream(32);
            var out = new DataOutputStream(bytes);
            out.writeByte((state.to() ? TO : 0)
                    | (state.from() ? FROM : 0)
                    | (state.pendingOut() ? PENDING_OUT : 0)
                    | (state.pendingIn() ? PENDING_IN : 0)
                    | (approved ? APPROVED : 0)
                    | (visible ? VISIBLE : 0));
            out.writeLong(version);
            out.writeUTF(name);
            out.writeByte(groups.size());
            for (var group : groups) out.writeUTF(group);
            if (request != null) out.write(XmlWriter.toBytes(request, ""));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
    }

    static RosterItem decode(Jid jid, byte[] row) {
        try {
            var in = new DataInputStream(new ByteArrayInputStream(row));
            int flags = in.readUnsignedByte();
            long version = in.readLong();
            var name = in.readUTF();
            int size = in.readUnsignedByte();
            var groups = new ArrayList<String>(size);
            for (int i = 0; i < size; i++) groups.add(in.readUTF());
            var rest = in.readAllBytes();
            var request = rest.length == 0 ? null : XmlReader.parseDocument(rest, XmlReader.Limits.OWN);
            return new RosterItem(
                    jid,
                    state(flags),
                    (flags & VISIBLE) != 0,
                    (flags & APPROVED) != 0,
                    name,
                    List.copyOf(groups),
                    version,
                    request);
        } catch (IOException | XmlException e) {
            throw new IllegalStateException("the roster's row of " + jid + " is damaged", e);
        }
    }
}
