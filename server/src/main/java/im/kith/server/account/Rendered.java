package im.kith.server.account;

import im.kith.xmpp.Jid;
import java.util.List;

/// Stanzas for one device of another resident, already as bytes: a page of an archive. Not kept.
record Rendered(String to, Jid device, List<byte[]> stanzas) {}
