package im.kith.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// A private key and its certificate chain, the server's own first.
public record Certificate(PrivateKey key, List<X509Certificate> chain, String source) {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final Duration LIFETIME = Duration.ofDays(3650);

    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String XMPP_ADDRESS = "1.3.6.1.5.5.7.8.5";

    /// Reads PEM files. The [IOException]'s message says what is wrong with which file.
    public static Certificate read(Path certificate, Path key) throws IOException {
        return read(certificate, key, true);
    }

    /// `proved`: signs and verifies something, to see that key and certificate belong together. Costs a quarter of a
    /// second of a cold process.
    private static Certificate read(Path certificate, Path key, boolean proved) throws IOException {
        try {
            var chain = new ArrayList<X509Certificate>();
            var factory = CertificateFactory.getInstance("X.509");
            for (var der : blocks(certificate, "CERTIFICATE")) {
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
            if (chain.isEmpty()) throw new IOException(certificate + " holds no certificate in PEM form");
            var privateKey = privateKey(key, chain.getFirst());
            if (proved && !belong(privateKey, chain.getFirst())) {
                throw new IOException(key + " is not the key of the first certificate in " + certificate);
            }
            return new Certificate(privateKey, List.copyOf(chain), certificate.toString());
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + " or " + key + " cannot be understood: " + e.getMessage(), e);
        }
    }

    /// What [#make] made for this domain in this directory before; made now if there is none or it is over.
    public static Certificate selfSigned(Path directory, String domain, Instant now) throws IOException {
        var name = domain.replaceAll("[^\\p{L}\\p{N}.-]", "_");
        var certificate = directory.resolve(name + ".crt");
        var key = directory.resolve(name + ".key");
        if (Files.exists(certificate) && Files.exists(key)) {
            var read = read(certificate, key, false);
            if (read.chain.getFirst().getNotAfter().toInstant().isAfter(now)) return read;
        }
        Files.createDirectories(directory);
        var made = make(domain, now);
        // The key first: a crash in between leaves a key without a certificate, and both are made anew.
        write(key, "PRIVATE KEY", made.key.getEncoded());
        try {
            write(certificate, "CERTIFICATE", made.chain.getFirst().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        return new Certificate(made.key, made.chain, certificate + " (self-signed)");
    }

    /// Self-signed, for the domain and all below it (RFC 5280; the XMPP address by RFC 6120 §13.7.1.4).
    static Certificate make(String domain, Instant now) throws IOException {
        try {
            var random = new SecureRandom();
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            var pair = generator.generateKeyPair();
            var ascii = java.net.IDN.toASCII(domain);
            var algorithm = Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
            var name = Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text(common(domain)))));
            var body = Der.sequence(
                    Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
                    Der.integer(new BigInteger(127, random).add(BigInteger.ONE)),
                    algorithm,
                    name,
                    Der.sequence(Der.time(now.minus(Duration.ofDays(1))), Der.time(now.plus(LIFETIME))),
                    name,
                    pair.getPublic().getEncoded(),
                    Der.tagged(0xa3, extensions(domain, ascii)));
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate(), random);
            signature.update(body);
            var encoded = Der.sequence(body, algorithm, Der.bits(signature.sign()));
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return new Certificate(pair.getPrivate(), List.of(certificate), "self-signed");
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate could be made: " + e.getMessage(), e);
        }
    }

    /// A common name has 64 characters at most; the alternative names are what counts.
    private static String common(String domain) {
        return domain.length() <= 64 ? domain : domain.substring(0, 64);
    }

    private static byte[] extensions(String domain, String ascii) {
        var names = Der.sequence(
                dns(ascii),
                dns("*." + ascii),
                Der.tagged(0xa0, Der.identifier(XMPP_ADDRESS), Der.tagged(0xa0, Der.text(domain))));
        return Der.sequence(
                extension(ALTERNATIVE_NAMES, names),
                Der.sequence(
                        Der.identifier(KEY_USAGE), Der.yes(), Der.octets(new byte[] {0x03, 0x02, 0x07, (byte) 0x80})),
                extension(EXTENDED_KEY_USAGE, Der.sequence(Der.identifier(SERVER_AUTH))));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.octets(value));
    }

    private static byte[] dns(String name) {
        return Der.tagged(0x82, name.getBytes(StandardCharsets.US_ASCII));
    }

    private static PrivateKey privateKey(Path file, X509Certificate certificate)
            throws IOException, GeneralSecurityException {
        var blocks = blocks(file, "PRIVATE KEY");
        if (blocks.isEmpty()) {
            throw new IOException(file + " holds no private key in PKCS#8 form; make one with:"
                    + "  openssl pkcs8 -topk8 -nocrypt -in " + file + " -out key.pem");
        }
        var algorithm = certificate.getPublicKey().getAlgorithm();
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(blocks.getFirst()));
    }

    private static boolean belong(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        var publicKey = certificate.getPublicKey();
        var algorithm =
                switch (publicKey) {
                    case ECPublicKey _ -> "SHA256withECDSA";
                    case RSAPublicKey _ -> "SHA256withRSA";
                    default -> publicKey.getAlgorithm();
                };
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update((byte) 1);
        var signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update((byte) 1);
        return signature.verify(signed);
    }

    private static List<byte[]> blocks(Path file, String label) throws IOException {
        var blocks = new ArrayList<byte[]>();
        try {
            var matcher = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                if (matcher.group(1).equals(label))
                    blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            }
        } catch (IOException e) {
            throw new IOException(file + " cannot be read" + (Files.exists(file) ? "" : ": there is no such file"), e);
        }
        return blocks;
    }

    /// All or nothing, for the owner's eyes only.
    private static void write(Path file, String label, byte[] der) throws IOException {
        var text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text, StandardCharsets.US_ASCII);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
