package im.kith.server.auth;

import java.security.SecureRandom;

/// A long-lived key that the server makes up for a device, used as the password in any XMPP client:
/// `abcd-efgh-…`, seven groups of four characters, 138 bits.
///
/// The alphabet leaves out what people mistake for each other (0 o, 1 i l), since a key is sometimes typed by hand. The
/// hyphens belong to the key.
public final class AccessKey {

    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int GROUPS = 7;
    private static final int GROUP_LENGTH = 4;

    private AccessKey() {}

    public static String random(SecureRandom random) {
        return random(random, GROUPS);
    }

    /// The same shape with another length: codes that people pass on.
    public static String random(SecureRandom random, int groups) {
        var text = new StringBuilder(groups * (GROUP_LENGTH + 1));
        for (int group = 0; group < groups; group++) {
            if (group > 0) text.append('-');
            for (int i = 0; i < GROUP_LENGTH; i++) text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
