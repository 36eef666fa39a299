package im.kith.server.config;

/// The commented `kith.conf`, written from [Keys]: each key with its documentation, what is allowed, its default.
public final class ReferenceFile {

    private static final int WIDTH = 118;

    private ReferenceFile() {}

    public static String text() {
        var out = new StringBuilder("""
                # Kith's configuration: every key there is, with its default. This file changes nothing as it is.
                #
                # Use a copy of it, or only the lines you need:  ./kith serve --config my.conf
                # One line for once:                             ./kith serve --set inbox.keep="30 days"
                # Check it, see what is in effect:               ./kith check --config my.conf
                #
                # The format is HOCON: `listen.http = "…"` and `listen { http = "…" }` are the same; a value with a colon
                # stands in quotes; "${?NAME}" is an environment variable. Written by `./kith docs`; do not edit it here.
                """);
        var group = "";
        for (var key : Keys.all()) {
            if (!key.group().equals(group)) {
                group = key.group();
                var title = Keys.GROUPS.get(group);
                out.append("\n# ")
                        .append("-".repeat(WIDTH - 2))
                        .append("\n# ")
                        .append(title)
                        .append('\n');
            }
            out.append('\n');
            for (var line : key.doc()) out.append("# ").append(line).append('\n');
            out.append("# Allowed: ").append(key.kind().allowed()).append('\n');
            out.append(key.path()).append(" = ").append(key.fallback()).append('\n');
        }
        return out.toString();
    }
}
