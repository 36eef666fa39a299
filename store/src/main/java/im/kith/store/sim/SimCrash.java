package im.kith.store.sim;

/// The simulated process has just died in the middle of what it was doing. An error, so that no handler of the real
/// code
/// takes it for a fault that can be mended.
public final class SimCrash extends Error {

    private static final long serialVersionUID = 1;

    SimCrash() {
        super("simulated crash", null, false, false);
    }
}
