package im.kith.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.kith.server.tls.Certificate;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// BoringSSL's memory is not the collector's.
@NullUnmarked
class TlsTest {

    @TempDir
    Path directory;

    @Test
    void what_nobody_can_use_any_more_gives_its_memory_back() throws Exception {
        assumeTrue(OpenSsl.isAvailable());
        var context = (ReferenceCounted) tls().xmpp;
        comesTo(0, context);
    }

    /// As after a reload of the certificate, with a connection that began before it.
    @Test
    void a_connection_keeps_what_it_began_with() throws Exception {
        assumeTrue(OpenSsl.isAvailable());
        var tls = tls();
        var context = (ReferenceCounted) tls.xmpp;
        var engine = tls.handler(new EmbeddedChannel()).engine();
        tls = null;
        comesTo(1, context);
        ReferenceCountUtil.release(engine);
        assertEquals(0, context.refCnt());
    }

    private Tls tls() throws Exception {
        var certificate = Certificate.selfSigned(directory, "kith.test", Instant.now());
        return Tls.of(certificate.key(), certificate.chain(), false);
    }

    private static void comesTo(int references, ReferenceCounted context) throws InterruptedException {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (context.refCnt() > references && System.nanoTime() < untilNanos) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(references, context.refCnt());
    }
}
