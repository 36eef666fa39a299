package im.kith.trial.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.kith.trial.bench.Counters.Count;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Rooms in which some of the members post: each poster keeps `window` messages on their way, a message being so until
/// every member who is there has it.
///
/// The rooms are made by XEP-0045 and entered, on any server; or, with `lasting`, they are Kith's groups, which nobody
/// enters (docs/protocol/groups.md), perhaps with members who are away. Every copy is counted exactly.
public final class Groups implements Mode {

    /// @param rooms how many rooms; user i is in room i / members
    /// @param members members of a room who are there
    /// @param posters so many of them post
    /// @param away members of a group beside these who are not connected; the accounts after the last user
    public record Shape(int rooms, int members, int posters, int away, boolean lasting) {}

    private static final double SETUP_SECONDS = 60;

    private final Options options;
    private final Shape shape;
    private final int window;
    private final Counters counters = new Counters();
    private final Payload payload;
    private final String name;
    private final byte[][] addresses;
    /// By receiver, then by the poster's place in the room.
    private final Sequence[][] arrived;
    private final long[] sequences;
    private final long[] copiesOut;
    private final boolean[] ready;
    private final boolean[] made;
    private final Run run;
    private final AtomicInteger readyCount = new AtomicInteger();
    private final AtomicInteger madeCount = new AtomicInteger();
    private volatile boolean enter;
    private boolean making;
    private boolean entering;
    private boolean started;
    private volatile long missing;

    public Groups(Options options, Shape shape, int window, int bodyBytes) {
        this.options = options;
        this.shape = shape;
        this.window = window;
        int users = shape.rooms() * shape.members();
        if (users != options.users()) {
            throw new BenchException("--count must be rooms times members: " + users);
        }
        if (shape.posters() > shape.members() || (shape.away() > 0 && !shape.lasting())) {
            throw new BenchException("posters are members, and only members of lasting groups can be away");
        }
        payload = new Payload((int) (System.nanoTime() & 0x3fff_ffff), bodyBytes);
        name = "bench-" + Long.toString(System.nanoTime() & 0xffff_ffffL, 36) + "-";
        addresses = new byte[shape.rooms()][];
        for (var i = 0; i < addresses.length; i++) {
            addresses[i] = address(i).getBytes(UTF_8);
        }
        arrived = new Sequence[users][shape.posters()];
        for (var row : arrived) {
            Arrays.setAll(row, i -> new Sequence());
        }
        sequences = new long[users];
        copiesOut = new long[users];
        ready = new boolean[users];
        made = new boolean[shape.rooms()];
        run = new Run(options, this, counters, new Meter(options.serverPids), options.start, users);
    }

    private String address(int room) {
        return name + room + "@groups." + options.domain;
    }

    private int room(int user) {
        return user / shape.members();
    }

    private boolean isMaker(int user) {
        return user % shape.members() == 0;
    }

    private boolean isPoster(int user) {
        return user % shape.members() < shape.posters();
    }

    // ---- making and entering ---------------------------------------------------------------------------------------

    @Override
    public void tick(long nowNanos) {
        if (making && !entering && enter) {
            entering = true;
            for (var i = 0; i < ready.length; i++) {
                if (!isMaker(i) && !shape.lasting()) {
                    enter(i);
                }
            }
        }
        switch (run.loop().phase()) {
            case RUN -> {
                if (!started) {
                    started = true;
                    fillWindows();
                }
            }
            case STOP -> missing = Arrays.stream(copiesOut).sum();
            default -> {
                if (!making && counters.of(Count.ONLINE) == ready.length) {
                    making = true;
                    make();
                }
            }
        }
    }

    private void make() {
        for (var i = 0; i < ready.length; i++) {
            if (shape.lasting()) {
                run.loop().link(i).stanza("<iq type='set' id='enable'><enable xmlns='urn:kith:groups:0'/></iq>");
            }
            if (!isMaker(i)) {
                continue;
            }
            if (shape.lasting()) {
                create(i);
            } else {
                enter(i);
            }
        }
    }

    private void enter(int user) {
        run.loop()
                .link(user)
                .stanza("<presence to='" + address(room(user)) + "/" + options.prefix + (options.start + user)
                        + "'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>");
    }

    private void create(int maker) {
        var create = new StringBuilder("<iq type='set' id='create' to='" + address(room(maker))
                + "'><create xmlns='urn:kith:groups:0'><name>Bench</name>");
        for (var i = 1; i < shape.members(); i++) {
            member(create, options.start + maker + i);
        }
        for (var i = 0; i < shape.away(); i++) {
            member(create, options.start + options.users() + room(maker) * shape.away() + i);
        }
        run.loop().link(maker).stanza(create.append("</create></iq>").toString());
    }

    private void member(StringBuilder create, int user) {
        create.append("<member jid='")
                .append(options.prefix)
                .append(user)
                .append('@')
                .append(options.domain)
                .append("'/>");
    }

    private void answered(Link link, Stanza stanza) {
        var id = String.valueOf(stanza.attribute("id"));
        if (stanza.isError()) {
            counters.add(Count.ERRORS);
            counters.error("refused: " + stanza);
        } else if (id.equals("enable")) {
            isReady(link.index);
        } else if (id.equals("create") || id.equals("instant")) {
            isMade(room(link.index));
        }
    }

    private void isReady(int user) {
        if (!ready[user]) {
            ready[user] = true;
            readyCount.incrementAndGet();
        }
    }

    private void isMade(int room) {
        if (!made[room]) {
            made[room] = true;
            madeCount.incrementAndGet();
        }
    }

    private void shown(Link link, Stanza stanza) {
        var from = String.valueOf(stanza.attribute("from"));
        if (stanza.isError()) {
            counters.error("not let in: " + stanza);
            return;
        }
        if (!from.equals(address(room(link.index)) + "/" + options.prefix + link.user)) {
            return;
        }
        if (isMaker(link.index) && !ready[link.index]) {
            link.stanza("<iq type='set' id='instant' to='" + address(room(link.index))
                    + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                    + "<x xmlns='jabber:x:data' type='submit'/></query></iq>");
        }
        isReady(link.index);
    }

    // ---- posting ---------------------------------------------------------------------------------------------------

    private void fillWindows() {
        for (var i = 0; i < sequences.length; i++) {
            for (var k = 0; k < window && isPoster(i); k++) {
                post(i, System.nanoTime());
            }
        }
    }

    private void post(int user, long nanos) {
        var link = run.loop().link(user);
        if (!link.isOnline()) {
            return;
        }
        payload.write(addresses[room(user)], "groupchat", user, sequences[user]++, nanos);
        copiesOut[user] += shape.members();
        link.stanza(payload.bytes(), payload.length());
        counters.add(Count.SENT);
    }

    @Override
    public void stanza(Link link, Stanza stanza) {
        if (stanza.is("iq")) {
            answered(link, stanza);
        } else if (stanza.is("presence")) {
            shown(link, stanza);
        } else if (stanza.is("message")) {
            said(link, stanza);
        }
    }

    private void said(Link link, Stanza stanza) {
        if (stanza.isError()) {
            counters.add(Count.ERRORS);
            counters.error("bounced: " + stanza);
            return;
        }
        if (!stanza.findBody()) {
            return;
        }
        var ours = payload.read(stanza.bytes(), stanza.bodyFrom(), stanza.bodyTo());
        var poster = payload.sender;
        if (!ours || poster >= ready.length || room(poster) != room(link.index) || !isPoster(poster)) {
            counters.add(Count.FOREIGN);
            return;
        }
        var now = System.nanoTime();
        switch (arrived[link.index][poster % shape.members()].add((int) payload.sequence)) {
            case DUPLICATE -> {
                counters.add(Count.DUPLICATED);
                return;
            }
            case LATE -> counters.add(Count.OUT_OF_ORDER);
            case NEW -> {}
        }
        counters.add(Count.DELIVERED);
        counters.latency(now - payload.sentNanos);
        copiesOut[poster]--;
        if (run.loop().phase() == Loop.Phase.RUN && copiesOut[poster] <= (long) (window - 1) * shape.members()) {
            post(poster, now);
        }
    }

    // ---- from outside ----------------------------------------------------------------------------------------------

    /// Runs: sign in, make and enter the rooms, warm up, measure, drain; returns the figures.
    public Report play(double warmupSeconds, double durationSeconds, double drainSeconds) throws InterruptedException {
        var report = new Report();
        try (run) {
            run.start(options.users());
            var loginSeconds = run.awaitOnline(options.users(), true);
            await(() -> madeCount.get() == shape.rooms(), "the rooms could not be made");
            enter = true;
            await(() -> readyCount.get() == options.users(), "not everybody could enter");
            run.nap(300);
            var measured = run.measure(warmupSeconds, durationSeconds, this::progress);
            missing = Long.MAX_VALUE;
            run.loop().phase(Loop.Phase.STOP);
            var drained = run.await(() -> missing == 0, drainSeconds, () -> progress("draining"));
            run.nap(200);
            describe(report, loginSeconds, drained);
            var copies = measured.delivered();
            report.put("seconds", measured.seconds(), 2);
            report.put("messages_in_window", measured.sent());
            report.put("copies_in_window", copies);
            report.put("copies_per_s", copies / measured.seconds(), 1);
            report.latencies("latency", measured.latencies());
            if (!options.serverPids.isEmpty()) {
                Common.cpu(report, measured);
                report.put("server_cpu_us_per_copy", measured.cpuSeconds() / copies * 1e6, 3);
                if (shape.away() > 0) {
                    var all = copies + measured.sent() * shape.away();
                    report.put("server_cpu_us_per_copy_with_away", measured.cpuSeconds() / all * 1e6, 3);
                }
            }
        }
        Common.error(report, counters);
        return report;
    }

    private void await(BooleanSupplier condition, String complaint) throws InterruptedException {
        run.await(condition, SETUP_SECONDS, () -> "setting up: %,d rooms, %,d in"
                .formatted(madeCount.get(), readyCount.get()));
        if (!condition.getAsBoolean()) {
            throw run.failure(complaint);
        }
    }

    private void describe(Report report, double loginSeconds, double drained) {
        Common.describe(report, "groups", options);
        report.put("rooms", shape.rooms());
        report.put("members", shape.members());
        report.put("posters", shape.posters());
        report.put("away", shape.away());
        report.put("lasting", String.valueOf(shape.lasting()));
        report.put("window", window);
        report.put("login_s", loginSeconds, 2);
        report.put("sent", counters.of(Count.SENT));
        report.put("copies", counters.of(Count.DELIVERED));
        Common.losses(
                report, counters, counters.of(Count.SENT) * shape.members() - counters.of(Count.DELIVERED), drained);
    }

    private String progress(String what) {
        return "%s: %,d sent, %,d copies, %,d duplicated"
                .formatted(what, counters.of(Count.SENT), counters.of(Count.DELIVERED), counters.of(Count.DUPLICATED));
    }
}
