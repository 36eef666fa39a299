package im.kith.server.docs;

import im.kith.server.feature.Features;
import im.kith.server.feature.Manifest;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;

/// `docs/CONFORMANCE.md`: which specifications this server implements, in which version, and which part does it.
final class Conformance {

    private Conformance() {}

    static String text(Features features) {
        var out = new StringBuilder("""
                # Conformance

                <!-- Generated from the features' manifests by ./kith docs. Do not edit. -->

                What the server implements. *Part* is the name of the feature's manifest in the code; a specification
                without a note is implemented completely, as far as it concerns a server.

                """);
        var implemented = Implemented.of(features.manifests());
        table(out, "RFCs", "Published", implemented, false);
        table(out, "XMPP extensions (XEPs)", "Version", implemented, true);
        list(out, "Service discovery features of the server", features.serverFeatures());
        list(out, "Service discovery features of an account", features.accountFeatures());
        answers(out, features.manifests());
        return out.toString();
    }

    private static void table(
            StringBuilder out, String title, String version, List<Implemented> implemented, boolean xeps) {
        out.append("## ").append(title).append("\n\n| Specification | | ").append(version);
        out.append(" | Part | Note |\n|---|---|---|---|---|\n");
        for (var one : implemented) {
            if (Title.isXep(one.name()) != xeps) continue;
            out.append("| [%s](%s) | %s | %s | %s | %s |\n"
                    .formatted(
                            one.name(),
                            Title.url(one.name()),
                            Title.of(one.name()),
                            one.version(),
                            one.part(),
                            one.note()));
        }
        out.append('\n');
    }

    private static void list(StringBuilder out, String title, List<String> features) {
        out.append("## ").append(title).append("\n\n");
        for (var feature : features) out.append("- `").append(feature).append("`\n");
        out.append('\n');
    }

    /// Which requests features answer, and to whom.
    private static void answers(StringBuilder out, List<Manifest> manifests) {
        var scopes = new TreeMap<String, TreeSet<Manifest.Scope>>();
        for (var manifest : manifests) {
            for (var answer : manifest.answers()) {
                var request = "| `" + answer.tag() + "` | "
                        + answer.ask().name().toLowerCase(Locale.ROOT) + " | " + manifest.name() + " |";
                scopes.computeIfAbsent(request, any -> new TreeSet<>()).add(answer.scope());
            }
        }
        out.append("## Requests that features answer\n\n| Payload | Type | Part | Asked at |\n|---|---|---|---|\n");
        scopes.forEach((request, asked) -> out.append(request)
                .append(' ')
                .append(String.join(", ", asked.stream().map(Conformance::place).toList()))
                .append(" |\n"));
    }

    private static String place(Manifest.Scope scope) {
        return switch (scope) {
            case OWN -> "own account";
            case OTHERS -> "another's account";
            case SERVER -> "server";
        };
    }
}
