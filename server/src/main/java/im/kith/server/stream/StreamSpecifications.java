package im.kith.server.stream;

import im.kith.server.feature.Feature;
import im.kith.server.feature.Manifest;

/// What this package and the network below it implement, for the conformance table: no feature routes any of it.
public final class StreamSpecifications implements Feature {

    @Override
    public Manifest manifest() {
        return Manifest.of("stream")
                .implementing("RFC 5802", "2010-07")
                .implementing("RFC 6120", "2011-03")
                .implementing("RFC 7395", "2014-10")
                .implementing("RFC 7590", "2015-06")
                .implementing("RFC 7622", "2015-09")
                .implementing("RFC 7677", "2015-11")
                .implementing("RFC 9266", "2022-07", "with the JDK's TLS; BoringSSL yields no keying material")
                .implementing("XEP-0156", "1.4.0")
                .implementing("XEP-0368", "1.1.0")
                .implementing(
                        "XEP-0386",
                        "1.1.0",
                        "a client that names its device is sent what no device has taken; no archive metadata")
                .implementing("XEP-0388", "1.0.4")
                .implementing("XEP-0440", "1.0.0")
                .implementing("XEP-0445", "0.2.0", "names are not reserved")
                .implementing("XEP-0474", "0.5.0")
                .implementing("XEP-0478", "0.2.0")
                .implementing("XEP-0484", "0.2.0")
                .build();
    }
}
