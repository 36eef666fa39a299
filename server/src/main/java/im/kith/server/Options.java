package im.kith.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The options that `serve`, `check` and `salvage` share. Read by hand: a library for it costs a tenth of a second at
/// every start.
///
/// @param file     `--config`
/// @param settings every `--set`, and `--data` as one more of them
record Options(@Nullable Path file, List<String> settings) {

    static Options parse(List<String> words) throws Refusal {
        Path file = null;
        var settings = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            var name = equals < 0 ? word : word.substring(0, equals);
            if (!List.of("--config", "--data", "--set").contains(name)) {
                throw new Refusal(
                        2,
                        "\"" + word + "\" is no option here; there are --config FILE, --data DIR and"
                                + " --set KEY=VALUE");
            }
            String value;
            if (equals >= 0) value = word.substring(equals + 1);
            else if (++i < words.size()) value = words.get(i);
            else throw new Refusal(2, name + " needs a value");
            switch (name) {
                case "--config" -> file = Path.of(value);
                case "--data" -> settings.add("data=" + value);
                default -> settings.add(value);
            }
        }
        return new Options(file, List.copyOf(settings));
    }
}
