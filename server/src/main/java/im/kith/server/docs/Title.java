package im.kith.server.docs;

import java.util.Locale;
import java.util.Map;

/// What a specification is called and where it stands.
final class Title {

    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("RFC 5802", "Salted Challenge Response Authentication Mechanism (SCRAM)"),
            Map.entry("RFC 6120", "XMPP: Core"),
            Map.entry("RFC 6121", "XMPP: Instant Messaging and Presence"),
            Map.entry("RFC 7395", "An XMPP Subprotocol for WebSocket"),
            Map.entry("RFC 7590", "Use of TLS in XMPP"),
            Map.entry("RFC 7622", "XMPP: Address Format"),
            Map.entry("RFC 7677", "SCRAM-SHA-256 and SCRAM-SHA-256-PLUS"),
            Map.entry("RFC 8489", "Session Traversal Utilities for NAT (STUN)"),
            Map.entry("RFC 9266", "Channel Bindings for TLS 1.3"),
            Map.entry("XEP-0004", "Data Forms"),
            Map.entry("XEP-0012", "Last Activity"),
            Map.entry("XEP-0030", "Service Discovery"),
            Map.entry("XEP-0033", "Extended Stanza Addressing"),
            Map.entry("XEP-0045", "Multi-User Chat"),
            Map.entry("XEP-0048", "Bookmarks"),
            Map.entry("XEP-0049", "Private XML Storage"),
            Map.entry("XEP-0050", "Ad-Hoc Commands"),
            Map.entry("XEP-0054", "vcard-temp"),
            Map.entry("XEP-0059", "Result Set Management"),
            Map.entry("XEP-0060", "Publish-Subscribe"),
            Map.entry("XEP-0077", "In-Band Registration"),
            Map.entry("XEP-0080", "User Location"),
            Map.entry("XEP-0082", "XMPP Date and Time Profiles"),
            Map.entry("XEP-0084", "User Avatar"),
            Map.entry("XEP-0085", "Chat State Notifications"),
            Map.entry("XEP-0092", "Software Version"),
            Map.entry("XEP-0107", "User Mood"),
            Map.entry("XEP-0108", "User Activity"),
            Map.entry("XEP-0115", "Entity Capabilities"),
            Map.entry("XEP-0118", "User Tune"),
            Map.entry("XEP-0128", "Service Discovery Extensions"),
            Map.entry("XEP-0133", "Service Administration"),
            Map.entry("XEP-0153", "vCard-Based Avatars"),
            Map.entry("XEP-0156", "Discovering Alternative XMPP Connection Methods"),
            Map.entry("XEP-0157", "Contact Addresses for XMPP Services"),
            Map.entry("XEP-0160", "Best Practices for Handling Offline Messages"),
            Map.entry("XEP-0163", "Personal Eventing Protocol"),
            Map.entry("XEP-0172", "User Nickname"),
            Map.entry("XEP-0184", "Message Delivery Receipts"),
            Map.entry("XEP-0191", "Blocking Command"),
            Map.entry("XEP-0198", "Stream Management"),
            Map.entry("XEP-0199", "XMPP Ping"),
            Map.entry("XEP-0202", "Entity Time"),
            Map.entry("XEP-0203", "Delayed Delivery"),
            Map.entry("XEP-0215", "External Service Discovery"),
            Map.entry("XEP-0222", "Persistent Storage of Public Data via PubSub"),
            Map.entry("XEP-0223", "Persistent Storage of Private Data via PubSub"),
            Map.entry("XEP-0237", "Roster Versioning"),
            Map.entry("XEP-0248", "PubSub Collection Nodes"),
            Map.entry("XEP-0249", "Direct MUC Invitations"),
            Map.entry("XEP-0280", "Message Carbons"),
            Map.entry("XEP-0292", "vCard4 Over XMPP"),
            Map.entry("XEP-0055", "Jabber Search"),
            Map.entry("XEP-0297", "Stanza Forwarding"),
            Map.entry("XEP-0313", "Message Archive Management"),
            Map.entry("XEP-0317", "Hats"),
            Map.entry("XEP-0333", "Displayed Markers"),
            Map.entry("XEP-0334", "Message Processing Hints"),
            Map.entry("XEP-0352", "Client State Indication"),
            Map.entry("XEP-0353", "Jingle Message Initiation"),
            Map.entry("XEP-0357", "Push Notifications"),
            Map.entry("XEP-0359", "Unique and Stable Stanza IDs"),
            Map.entry("XEP-0363", "HTTP File Upload"),
            Map.entry("XEP-0368", "SRV records for XMPP over TLS"),
            Map.entry("XEP-0377", "Spam Reporting"),
            Map.entry("XEP-0384", "OMEMO Encryption"),
            Map.entry("XEP-0386", "Bind 2"),
            Map.entry("XEP-0388", "Extensible SASL Profile"),
            Map.entry("XEP-0398", "User Avatar to vCard-Based Avatars Conversion"),
            Map.entry("XEP-0402", "PEP Native Bookmarks"),
            Map.entry("XEP-0410", "MUC Self-Ping (Schrödinger's Chat)"),
            Map.entry("XEP-0421", "Occupant identifiers for semi-anonymous MUCs"),
            Map.entry("XEP-0424", "Message Retraction"),
            Map.entry("XEP-0425", "Moderated Message Retraction"),
            Map.entry("XEP-0227", "Portable Import/Export Format for XMPP-IM Servers"),
            Map.entry("XEP-0401", "Ad-hoc Account Invitation Generation"),
            Map.entry("XEP-0445", "Pre-Authenticated In-Band Registration"),
            Map.entry("XEP-0469", "Bookmark Pinning"),
            Map.entry("XEP-0433", "Extended Channel Search"),
            Map.entry("XEP-0440", "SASL Channel-Binding Type Capability"),
            Map.entry("XEP-0441", "Message Archive Management Preferences"),
            Map.entry("XEP-0474", "SASL SCRAM Downgrade Protection"),
            Map.entry("XEP-0478", "Stream Limits Advertisement"),
            Map.entry("XEP-0484", "Fast Authentication Streamlining Tokens"),
            Map.entry("XEP-0486", "MUC Avatars"),
            Map.entry("XEP-0488", "MUC Token Invite"),
            Map.entry("XEP-0490", "Message Displayed Synchronization"),
            Map.entry("XEP-0492", "Chat Notification Settings"),
            Map.entry("XEP-0500", "MUC Slow Mode"),
            Map.entry("XEP-0501", "Pubsub Stories"),
            Map.entry("XEP-0503", "Server-side spaces"));

    private Title() {}

    /// @throws IllegalArgumentException when nobody has said yet what the specification is called
    static String of(String specification) {
        var title = TITLES.get(specification);
        if (title == null) throw new IllegalArgumentException(specification + " has no title yet: add it to Title");
        return title;
    }

    static boolean isXep(String specification) {
        return specification.startsWith("XEP-");
    }

    static String url(String specification) {
        return isXep(specification)
                ? "https://xmpp.org/extensions/" + specification.toLowerCase(Locale.ROOT) + ".html"
                : "https://www.rfc-editor.org/rfc/rfc" + specification.substring("RFC ".length()) + ".html";
    }
}
