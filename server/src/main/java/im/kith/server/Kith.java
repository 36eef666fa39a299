package im.kith.server;

import im.kith.server.config.Config;
import java.io.PrintStream;

final class Kith {
    static void start(Config c, long n, PrintStream o) throws Refusal {}
}
