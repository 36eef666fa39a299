package im.kith.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// TLS 1.2 and 1.3 with one certificate: what new connections use until the next reload.
///
/// There is a context for XMPP and one for HTTP, each with its own protocol (ALPN): what was meant for the one is not
/// taken for the other.
///
/// BoringSSL does it if its library loads here (a quarter of the JDK's handshake time), else the JDK.
public final class Tls {

    private static final byte[] NO_CONTEXT = {};

    /// Lets go of BoringSSL's memory when nothing can begin a handshake with this any more: after a reload there may be
    /// connections that have yet to say STARTTLS. (A handshake that has begun holds what it needs.)
    private static final Cleaner UNUSED = Cleaner.create();

    /// So long a channel that is closed tries to tell its peer; a peer that reads nothing would keep it for good.
    private static final int CLOSE_MILLIS = 3_000;

    /// What every connection holds, for good, to write handshakes through; a longer flight goes in parts. Netty would
    /// take 2048.
    private static final int HANDSHAKE_BUFFER_BYTES = 256;

    final SslContext xmpp;
    private final SslContext http;
    private final byte[] serverEndPoint;

    private Tls(SslContext xmpp, SslContext http, byte[] serverEndPoint) {
        this.xmpp = xmpp;
        this.http = http;
        this.serverEndPoint = serverEndPoint;
        UNUSED.register(this, () -> {
            ReferenceCountUtil.release(xmpp);
            ReferenceCountUtil.release(http);
        });
    }

    /// With the certificate chain, the server's own first. `preferJdk` leaves BoringSSL out.
    public static Tls of(PrivateKey key, List<X509Certificate> chain, boolean preferJdk)
            throws GeneralSecurityException, SSLException {
        return new Tls(
                context(key, chain, preferJdk, "xmpp-client"),
                context(key, chain, preferJdk, "http/1.1"),
                endPoint(chain.getFirst()));
    }

    private static SslContext context(PrivateKey key, List<X509Certificate> chain, boolean preferJdk, String protocol)
            throws SSLException {
        boolean boring = !preferJdk && OpenSsl.isAvailable();
        var builder = SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
                // Its default, PKCS12, would encrypt and decrypt the key in memory with thousands of iterations.
                .keyStoreType("JKS")
                .sslProvider(boring ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocol));
        var context = builder.build();
        if (context instanceof ReferenceCountedOpenSslContext small) {
            small.setBioNonApplicationBufferSize(HANDSHAKE_BUFFER_BYTES);
        }
        return context;
    }

    /// RFC 5929 §4.1: the certificate under the hash of its signature, or SHA-256 where that is MD5 or SHA-1.
    static byte[] endPoint(X509Certificate certificate) throws GeneralSecurityException {
        var signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        var hash = signature.startsWith("SHA384") ? "SHA-384" : signature.startsWith("SHA512") ? "SHA-512" : "SHA-256";
        return MessageDigest.getInstance(hash).digest(certificate.getEncoded());
    }

    byte[] serverEndPoint() {
        return serverEndPoint.clone();
    }

    /// For a connection that speaks XMPP.
    SslHandler handler(Channel channel) {
        return handler(xmpp, channel);
    }

    /// For a connection that speaks HTTP/1.1.
    SslHandler httpHandler(Channel channel) {
        return handler(http, channel);
    }

    /// Ends our side of a connection, after TLS's own end where it speaks that; the peer may go on.
    static void endOutput(DuplexChannel channel) {
        var handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) channel.shutdownOutput();
        else handler.closeOutbound().addListener(told -> channel.shutdownOutput());
    }

    private SslHandler handler(SslContext context, Channel channel) {
        var handler = context.newHandler(channel.alloc());
        Reference.reachabilityFence(this);
        // Our own sweeps see to time-outs: they close the channel, which ends however little the peer takes.
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
        handler.setCumulator(Tls::cumulate);
        return handler;
    }

    /// Copies what was read, as it is never more than what lacks the rest of its record for long: the loop's shared
    /// buffer goes back at once, and a peer that stops in the middle of a record holds no more than its bytes.
    private static ByteBuf cumulate(io.netty.buffer.ByteBufAllocator allocator, ByteBuf before, ByteBuf read) {
        if (before.isReadable()) return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, read);
        before.release();
        try {
            return allocator.directBuffer(read.readableBytes()).writeBytes(read);
        } finally {
            read.release();
        }
    }

    /// RFC 9266: 32 bytes exported with the label `EXPORTER-Channel-Binding` and an empty context; TLS 1.3 only, since
    /// 1.2 would need the extended master secret to be sure.
    static byte @Nullable [] exporter(SSLSession session) {
        if (!session.getProtocol().equals("TLSv1.3") || !(session instanceof ExtendedSSLSession extended)) return null;
        try {
            return extended.exportKeyingMaterialData("EXPORTER-Channel-Binding", NO_CONTEXT, 32);
        } catch (UnsupportedOperationException | SSLException e) {
            return null;
        }
    }
}
