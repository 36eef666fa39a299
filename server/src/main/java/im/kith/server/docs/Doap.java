package im.kith.server.docs;

import im.kith.server.feature.Manifest;
import java.util.List;

/// `kith.doap`: the same for programs, as XEP-0453 describes software.
final class Doap {

    private Doap() {}

    static String text(List<Manifest> manifests) {
        var out = new StringBuilder("""
                <?xml version='1.0' encoding='UTF-8'?>
                <!-- Generated from the features' manifests by ./kith docs. Do not edit. -->
                <rdf:RDF xmlns='http://usefulinc.com/ns/doap#'
                         xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'
                         xmlns:xmpp='https://linkmauve.fr/ns/xmpp-doap#'>
                  <Project>
                    <name>Kith</name>
                    <shortdesc xml:lang='en'>The messenger you run yourself.</shortdesc>
                    <description xml:lang='en'>An XMPP server that keeps what it acknowledges.</description>
                    <homepage rdf:resource='https://kith.im'/>
                    <license rdf:resource='https://www.apache.org/licenses/LICENSE-2.0'/>
                    <programming-language>Java</programming-language>
                    <os>Linux</os>
                    <category rdf:resource='https://linkmauve.fr/ns/xmpp-doap#category-server'/>
                """);
        for (var one : Implemented.of(manifests)) {
            if (Title.isXep(one.name())) xep(out, one);
            else out.append("    <implements rdf:resource='%s'/>\n".formatted(Title.url(one.name())));
        }
        return out.append("  </Project>\n</rdf:RDF>\n").toString();
    }

    private static void xep(StringBuilder out, Implemented one) {
        out.append("    <implements>\n      <xmpp:SupportedXep>\n");
        out.append("        <xmpp:xep rdf:resource='%s'/>\n".formatted(Title.url(one.name())));
        out.append(
                "        <xmpp:status>%s</xmpp:status>\n".formatted(one.notes().isEmpty() ? "complete" : "partial"));
        out.append("        <xmpp:version>%s</xmpp:version>\n".formatted(one.version()));
        if (!one.notes().isEmpty()) {
            out.append("        <xmpp:note xml:lang='en'>%s</xmpp:note>\n".formatted(escaped(one.note())));
        }
        out.append("      </xmpp:SupportedXep>\n    </implements>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
