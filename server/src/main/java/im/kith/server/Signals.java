package im.kith.server;

import sun.misc.Signal;

/// What the operating system's signals mean: TERM and INT end the server politely, the second one at once; HUP reads
/// the certificates again.
final class Signals {

    private boolean asked;

    private final Runnable drain;

    private Signals(Runnable drain) {
        this.drain = drain;
    }

    static void handle(Runnable drain, Runnable reload) {
        var signals = new Signals(drain);
        Signal.handle(new Signal("TERM"), _ -> signals.end());
        Signal.handle(new Signal("INT"), _ -> signals.end());
        Signal.handle(
                new Signal("HUP"), _ -> Thread.ofPlatform().name("kith-reload").start(reload));
    }

    private synchronized void end() {
        if (asked) {
            System.err.println("Asked a second time: ending at once. What was acknowledged is on disk.");
            Runtime.getRuntime().halt(1);
        }
        asked = true;
        // The thread of signals is a daemon, and so would be this one.
        Thread.ofPlatform().daemon(false).name("kith-drain").start(drain);
    }
}
