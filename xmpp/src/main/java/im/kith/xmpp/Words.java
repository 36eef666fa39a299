package im.kith.xmpp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The protocol's well-known names and namespaces, once each: bytes that spell one become that very string. This saves
/// garbage and makes comparing fast. The table is fixed when the class is loaded; what peers send never changes it.
final class Words {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final String NAMES = """
            a abort accept action active actor affiliation affiliations after aggregate allowed
            always ask auth auth-mechanism auth-zid authenticate authentication
            authorization-identifier authzid available away badge base64-id before before-id
            after-id bind block blocked blocklist body bound by bytes c cancel category chat
            chatstates code complete composing conditions configure conflict continue count create
            data default delay delete desc description detail device digest disable displayed dnd
            enable enabled encrypted end error event expiry failed failure false fast fbh feature
            features field file fin first form forwarded forwarded from from-mam full gone group
            groupchat groups h hash hashes headline help host html identity ids iq img inactive
            index initial-response inline instructions invite invisible isprivate item items jid
            jingle label last last-activity list location logo lang markable max max-bytes mechanism
            mechanisms media message metadata method mode mood more name never next nick node none
            normal notify-keep off offline on open optional option options origin-id os owner pause
            paused password path payload ping photo presence preferred preferences prefs preserve
            previd previous priority private proceed profile propose publish publish-options pubsub
            purge put query reason received recipient redirect referenced register registered
            registered remove replace reply request requested required resource response result
            resume resumed retract retracted retry roles role roster rsm sasl-mechanism secret
            seconds sent service session set show slot software software-version source sm stamp
            stanza-id start starttls status stream stream:error stream:features stream:stream
            streams subject submit subscribe subscribed subscription subscriptions success support
            tag task-data text text-single text-multi thread time timestamp title to token true type
            tzo unavailable unblock unregistered unsubscribe unsubscribed upgrade url user-agent
            username utc value var vCard ver version via wait with x xa xmlns xml:lang hidden
            boolean jid-single jid-multi list-single list-multi text-private fixed get en 1.0
            from-user both client error-text no-copy no-store no-permanent-store store encryption
            """;

    private static final String NAMESPACES = """
            jabber:client jabber:server http://etherx.jabber.org/streams
            http://www.w3.org/XML/1998/namespace urn:ietf:params:xml:ns:xmpp-streams
            urn:ietf:params:xml:ns:xmpp-stanzas urn:ietf:params:xml:ns:xmpp-tls
            urn:ietf:params:xml:ns:xmpp-sasl urn:ietf:params:xml:ns:xmpp-bind
            urn:ietf:params:xml:ns:xmpp-session urn:ietf:params:xml:ns:xmpp-framing
            jabber:server:dialback jabber:component:accept jabber:iq:roster jabber:iq:private
            jabber:iq:register jabber:iq:last jabber:iq:version jabber:iq:auth jabber:x:data
            jabber:x:oob jabber:x:conference jabber:x:encrypted jabber:x:delay vcard-temp
            vcard-temp:x:update http://jabber.org/protocol/disco#info
            http://jabber.org/protocol/disco#items http://jabber.org/protocol/caps
            http://jabber.org/protocol/chatstates http://jabber.org/protocol/commands
            http://jabber.org/protocol/muc http://jabber.org/protocol/muc#user
            http://jabber.org/protocol/muc#admin http://jabber.org/protocol/muc#owner
            http://jabber.org/protocol/pubsub http://jabber.org/protocol/pubsub#event
            http://jabber.org/protocol/pubsub#owner
            http://jabber.org/protocol/pubsub#publish-options http://jabber.org/protocol/rsm
            http://jabber.org/protocol/nick http://jabber.org/protocol/xhtml-im
            http://jabber.org/features/iq-register http://www.w3.org/1999/xhtml storage:bookmarks
            roster:delimiter eu.siacs.conversations.axolotl urn:xmpp:sm:3 urn:xmpp:sm:2
            urn:xmpp:carbons:2 urn:xmpp:forward:0 urn:xmpp:mam:2 urn:xmpp:mam:2#extended
            urn:xmpp:sid:0 urn:xmpp:delay urn:xmpp:hints urn:xmpp:receipts urn:xmpp:chat-markers:0
            urn:xmpp:csi:0 urn:xmpp:blocking urn:xmpp:blocking:errors urn:xmpp:ping urn:xmpp:time
            urn:xmpp:sasl:2 urn:xmpp:bind:0 urn:xmpp:fast:0 urn:xmpp:sasl-cb:0
            urn:xmpp:stream-limits:0 urn:xmpp:ssdp:0 urn:xmpp:features:rosterver
            urn:xmpp:features:pre-approval urn:xmpp:message-correct:0 urn:xmpp:message-retract:1
            urn:xmpp:message-attaching:1 urn:xmpp:reactions:0 urn:xmpp:reply:0 urn:xmpp:fallback:0
            urn:xmpp:eme:0 urn:xmpp:fasten:0 urn:xmpp:omemo:2 urn:xmpp:jingle:1
            urn:xmpp:jingle-message:0 urn:xmpp:http:upload:0 urn:xmpp:push:0 urn:xmpp:idle:1
            urn:xmpp:occupant-id:0 urn:xmpp:hashes:2 urn:xmpp:bookmarks:1 urn:xmpp:avatar:data
            urn:xmpp:avatar:metadata urn:xmpp:attention:0 urn:xmpp:mds:displayed:0 urn:xmpp:bob
            urn:xmpp:sfs:0 urn:xmpp:file:metadata:0 urn:xmpp:thumbs:1 urn:xmpp:spaces:0
            urn:xmpp:mam:1
            """;

    private static final int SLOTS = 2048;
    /// Of each word its first eight bytes, its last eight, all of them, and itself.
    private static final long[] FIRSTS = new long[SLOTS];

    private static final long[] LASTS = new long[SLOTS];
    private static final byte[][] SPELLINGS = new byte[SLOTS][];
    private static final String[] WORDS = new String[SLOTS];
    private static final int LONGEST;

    static {
        int longest = 0;
        for (var word : (NAMES + NAMESPACES).split("\\s+", 0)) {
            var spelling = word.getBytes(StandardCharsets.US_ASCII);
            longest = Math.max(longest, spelling.length);
            long first = first(spelling, 0, spelling.length);
            long last = last(spelling, 0, spelling.length);
            int slot = slot(first, last, spelling.length);
            while (SPELLINGS[slot] != null && !Arrays.equals(SPELLINGS[slot], spelling))
                slot = (slot + 1) & (SLOTS - 1);
            FIRSTS[slot] = first;
            LASTS[slot] = last;
            SPELLINGS[slot] = spelling;
            WORDS[slot] = word.intern();
        }
        LONGEST = longest;
    }

    private Words() {}

    /// The text of these bytes, which are ASCII: a well-known one if they spell one.
    static String ascii(byte[] in, int from, int to) {
        var word = find(in, from, to);
        return word != null ? word : new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// The well-known word that these bytes spell, or null.
    static @Nullable String find(byte[] in, int from, int to) {
        int length = to - from;
        if (length == 0) return "";
        if (length > LONGEST) return null;
        long first = first(in, from, length);
        long last = last(in, from, length);
        int slot = slot(first, last, length);
        while (true) {
            var spelling = SPELLINGS[slot];
            if (spelling == null) return null;
            if (FIRSTS[slot] == first
                    && LASTS[slot] == last
                    && spelling.length == length
                    && (length <= 16 || Arrays.equals(spelling, 8, length - 8, in, from + 8, to - 8))) {
                return WORDS[slot];
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
    }

    // Both together hold every byte of up to sixteen.

    private static long first(byte[] in, int from, int length) {
        return length >= 8 ? (long) LONG.get(in, from) : length >= 4 ? (int) INT.get(in, from) : in[from];
    }

    private static long last(byte[] in, int from, int length) {
        if (length >= 8) return (long) LONG.get(in, from + length - 8);
        if (length >= 4) return (int) INT.get(in, from + length - 4);
        return ((long) in[from + (length >> 1)] << 8) | (in[from + length - 1] & 0xff);
    }

    /// Peers that aim at one slot gain nothing: probing ends after the table's longest run.
    private static int slot(long first, long last, int length) {
        long mixed = (first * 0x9E3779B97F4A7C15L ^ last) * 0xC2B2AE3D27D4EB4FL + length;
        return (int) (((mixed ^ (mixed >>> 29)) * 0x9E3779B97F4A7C15L) >>> 53);
    }
}
