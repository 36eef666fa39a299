package im.kith.server.feature;

/// An extension of the server: one value that declares itself. It keeps no state of its own beyond configuration; what
/// it remembers of an account stands on that account's shelves.
public interface Feature {

    /// Asked once, at the start.
    Manifest manifest();
}
