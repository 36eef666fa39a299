package im.kith.trial;

import im.kith.trial.bench.BenchException;
import im.kith.trial.bench.Chat;
import im.kith.trial.bench.Contacts;
import im.kith.trial.bench.Groups;
import im.kith.trial.bench.Idle;
import im.kith.trial.bench.LoginChurn;
import im.kith.trial.bench.Media;
import im.kith.trial.bench.Offline;
import im.kith.trial.bench.Options;
import im.kith.trial.bench.Register;
import im.kith.trial.bench.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `kith bench`: load for any XMPP server, with exact books.
///
/// Exit 0: the run completed (losses are in the figures); 1: it could not run; 2: wrong usage.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Put load on an XMPP server and count everything exactly.",
        subcommands = {
            Bench.RegisterCommand.class,
            Bench.IdleCommand.class,
            Bench.ChatCommand.class,
            Bench.GroupsCommand.class,
            Bench.LoginCommand.class,
            Bench.PresenceCommand.class,
            Bench.OfflineCommand.class,
            Bench.MediaCommand.class
        })
public final class Bench {

    /// A mode on the command line.
    private abstract static class ModeCommand implements Callable<Integer> {

        @Mixin
        Options options = new Options();

        @Option(names = "--json", description = "Print one line of JSON instead of the table.")
        boolean json;

        abstract Report play() throws InterruptedException;

        @Override
        public Integer call() throws InterruptedException {
            var report = play();
            System.out.println(json ? report.json() : report.table());
            return 0;
        }
    }

    @Command(name = "register", mixinStandardHelpOptions = true, description = "Make the users by XEP-0077.")
    static final class RegisterCommand extends ModeCommand {

        @Override
        Report play() throws InterruptedException {
            return new Register(options).play();
        }
    }

    @Command(
            name = "idle",
            mixinStandardHelpOptions = true,
            description = "Hold sessions; bytes per session as the slope between the first and last --at.")
    static final class IdleCommand extends ModeCommand {

        @Option(names = "--hold", defaultValue = "10", description = "Seconds to hold each step (10).")
        double holdSeconds;

        @Option(names = "--at", split = ",", description = "Measure at these numbers of sessions.")
        List<Integer> steps = List.of();

        @Override
        Report play() throws InterruptedException {
            return new Idle(options, steps).play(holdSeconds);
        }
    }

    /// What people send each other, and for how long.
    static final class Traffic {

        @Option(names = "--body", defaultValue = "100", description = "Bytes of a body (100).")
        int bodyBytes;

        @Option(names = "--duration", defaultValue = "10", description = "Seconds to measure (10).")
        double durationSeconds;

        @Option(names = "--warmup", defaultValue = "2", description = "Seconds before that (2).")
        double warmupSeconds;

        @Option(names = "--drain", defaultValue = "10", description = "Seconds to wait for the rest (10).")
        double drainSeconds;
    }

    @Command(name = "chat", mixinStandardHelpOptions = true, description = "Pairs of users write to each other.")
    static final class ChatCommand extends ModeCommand {

        @Option(names = "--window", defaultValue = "1", description = "Messages on their way per user (1).")
        int window;

        @Option(names = "--rate", description = "Messages per second in all, instead of a window.")
        double rate;

        @Mixin
        Traffic traffic = new Traffic();

        @Option(names = "--to-full", description = "Write to full addresses.")
        boolean toFull;

        @Override
        Report play() throws InterruptedException {
            return new Chat(options, window, rate, traffic.bodyBytes, toFull)
                    .play(traffic.warmupSeconds, traffic.durationSeconds, traffic.drainSeconds);
        }
    }

    @Command(
            name = "groups",
            mixinStandardHelpOptions = true,
            description = "Members of rooms post; every copy is counted. --count is rooms times members.")
    static final class GroupsCommand extends ModeCommand {

        @Option(names = "--rooms", defaultValue = "10", description = "How many rooms (10).")
        int rooms;

        @Option(names = "--members", defaultValue = "50", description = "Members of each who are there (50).")
        int members;

        @Option(names = "--posters", defaultValue = "1", description = "So many of them post (1).")
        int posters;

        @Option(names = "--lasting", description = "Kith's groups, which nobody enters, instead of XEP-0045 rooms.")
        boolean lasting;

        @Option(names = "--away", description = "With --lasting: so many more members of each are not connected.")
        int away;

        @Option(names = "--window", defaultValue = "1", description = "Messages on their way per poster (1).")
        int window;

        @Mixin
        Traffic traffic = new Traffic();

        @Override
        Report play() throws InterruptedException {
            return new Groups(
                            options,
                            new Groups.Shape(rooms, members, posters, away, lasting),
                            window,
                            traffic.bodyBytes)
                    .play(traffic.warmupSeconds, traffic.durationSeconds, traffic.drainSeconds);
        }
    }

    @Command(
            name = "login",
            mixinStandardHelpOptions = true,
            description = "Connect, authenticate, bind, close, again and again.")
    static final class LoginCommand extends ModeCommand {

        @Option(names = "--concurrency", defaultValue = "20", description = "So many at a time (20).")
        int concurrency;

        @Option(names = "--presence", description = "Send presence, too.")
        boolean available;

        @Option(names = "--duration", defaultValue = "10", description = "Seconds to measure (10).")
        double durationSeconds;

        @Option(names = "--warmup", defaultValue = "2", description = "Seconds before that (2).")
        double warmupSeconds;

        @Override
        Report play() throws InterruptedException {
            return new LoginChurn(options, concurrency, available).play(warmupSeconds, durationSeconds);
        }
    }

    @Command(
            name = "presence",
            mixinStandardHelpOptions = true,
            description = "The first user signs in and leaves, again and again; all others are contacts.")
    static final class PresenceCommand extends ModeCommand {

        @Option(names = "--online", defaultValue = "250", description = "So many of the contacts are online (250).")
        int online;

        @Option(
                names = "--rest",
                defaultValue = "50",
                description = "Milliseconds of rest after each sign-in and each leaving, to tell their CPU apart (50).")
        int restMillis;

        @Option(names = "--duration", defaultValue = "10", description = "Seconds to measure (10).")
        double durationSeconds;

        @Option(names = "--warmup", defaultValue = "5", description = "Seconds before that (5).")
        double warmupSeconds;

        @Override
        Report play() throws InterruptedException {
            return new Contacts(options, online, restMillis).play(warmupSeconds, durationSeconds);
        }
    }

    @Command(
            name = "offline",
            mixinStandardHelpOptions = true,
            description = "Store messages for people who are away; then they fetch them.")
    static final class OfflineCommand extends ModeCommand {

        @Option(names = "--senders", defaultValue = "10", description = "So many of the users send (10).")
        int senders;

        @Option(names = "--messages", defaultValue = "20000", description = "Messages in all (20000).")
        long messages;

        @Option(names = "--batch", defaultValue = "100", description = "Acknowledged so many at a time (100).")
        int batch;

        @Option(names = "--body", defaultValue = "100", description = "Bytes of a body (100).")
        int bodyBytes;

        @Option(names = "--drain", defaultValue = "10", description = "Seconds of silence that end the run (10).")
        double drainSeconds;

        @Option(names = "--crash-pid", description = "Kill this process with -9 …")
        long crashPid;

        @Option(
                names = "--crash-after",
                description = "… when so many messages are acknowledged; then wait until the server is back.")
        long crashAfter;

        @Override
        Report play() throws InterruptedException {
            var crash = crashPid > 0 ? new Offline.Crash(crashPid, crashAfter > 0 ? crashAfter : messages) : null;
            return new Offline(options, senders, messages, batch, bodyBytes).play(crash, drainSeconds);
        }
    }

    @Command(
            name = "media",
            mixinStandardHelpOptions = true,
            description = "One large file in (XEP-0363) and out again over plain HTTP, by the first user.")
    static final class MediaCommand extends ModeCommand {

        @Option(names = "--mib", defaultValue = "1024", description = "The file's size in MiB (1024).")
        int mib;

        @Option(names = "--rounds", defaultValue = "5", description = "Downloads to measure (5).")
        int rounds;

        @Option(names = "--peer", description = "nginx: compare with it, by turns; it is started for this.")
        String peer = "";

        @Option(
                names = "--peer-beside",
                description = "A directory on the server's disk, for nginx's copy of the file (the temporary one).")
        Path beside = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));

        @Override
        Report play() throws InterruptedException {
            if (!peer.isEmpty() && !peer.equals("nginx")) throw new BenchException("--peer is nginx, or nothing");
            return new Media(options, new Media.Shape(mib, rounds, peer.isEmpty() ? null : beside)).play();
        }
    }
}
