package im.kith.server.docs;

import im.kith.server.feature.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// One specification as this server implements it: which parts of the server do, and what there is to note.
record Implemented(String name, String version, List<String> parts, List<String> notes) {

    /// What the manifests declare, by name, RFCs first.
    ///
    /// @throws IllegalArgumentException when two manifests declare different versions of one specification
    static List<Implemented> of(List<Manifest> manifests) {
        var byName = new TreeMap<String, Implemented>();
        for (var manifest : manifests) {
            for (var specification : manifest.specifications()) {
                var one = byName.computeIfAbsent(
                        specification.name(),
                        name -> new Implemented(name, specification.version(), new ArrayList<>(), new ArrayList<>()));
                if (!one.version.equals(specification.version())) {
                    throw new IllegalArgumentException("%s implements %s %s, %s implements %s; which is it?"
                            .formatted(one.parts, one.name, one.version, manifest.name(), specification.version()));
                }
                one.parts.add(manifest.name());
                if (!specification.note().isEmpty()) one.notes.add(specification.note());
            }
        }
        return List.copyOf(byName.values());
    }

    String part() {
        return String.join(", ", new TreeSet<>(parts));
    }

    String note() {
        return String.join("; ", notes);
    }
}
