package im.kith.server.stream;

import im.kith.server.auth.Authority;
import im.kith.xmpp.Jid;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// PLAIN (RFC 4616): `authzid NUL authcid NUL password`.
final class PlainProof implements Proof {

    private final Authority authority;
    private final String domain;
    private final String peer;

    PlainProof(Authority authority, String domain, String peer) {
        this.authority = authority;
        this.domain = domain;
        this.peer = peer;
    }

    @Override
    public CompletionStage<Step> next(byte[] message) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message))
                    .toString();
        } catch (CharacterCodingException e) {
            return refused(Fault.MALFORMED_REQUEST);
        }
        int first = text.indexOf('\0');
        int second = text.indexOf('\0', first + 1);
        if (first < 0 || second < 0 || text.indexOf('\0', second + 1) >= 0) return refused(Fault.MALFORMED_REQUEST);
        var name = text.substring(first + 1, second);
        var password = text.substring(second + 1);
        if (name.isEmpty() || password.isEmpty()) return refused(Fault.MALFORMED_REQUEST);
        var account = accountOf(name, domain);
        if (account == null) return refused(Fault.NOT_AUTHORIZED);
        if (!mayActAs(text.substring(0, first), account, domain)) return refused(Fault.INVALID_AUTHZID);
        return authority.plain(account, password, peer).thenApply(outcome -> Proof.judged(outcome, account, null));
    }

    private static CompletionStage<Step> refused(Fault fault) {
        return CompletableFuture.completedStage(new Refused(fault));
    }

    /// The local part that a user name means, or null. Users type their whole address; that means the same.
    static @Nullable String accountOf(String name, String domain) {
        int at = name.indexOf('@');
        if (at >= 0 && !name.substring(at + 1).equals(domain)) return null;
        var address = Authority.address(at < 0 ? name : name.substring(0, at), domain);
        return address == null ? null : address.local();
    }

    /// Whether who signs in as `account` may ask to act as `authzid`: as himself only.
    static boolean mayActAs(String authzid, String account, String domain) {
        if (authzid.isEmpty()) return true;
        var wanted = Jid.parse(authzid);
        return wanted != null
                && wanted.isBare()
                && account.equals(wanted.local())
                && wanted.domain().equals(domain);
    }
}
