package im.kith.trial.bench;

import im.kith.trial.bench.Counters.Count;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One user with many contacts, of whom some are online, signs in and leaves, again and again: what presence costs.
///
/// The first of the users is the one; all others are the contacts, made so by subscriptions at the first run. A sign-in
/// counts once the presence of all contacts that are online has come. After each sign-in and each leaving there is a
/// short rest, so that the server's CPU for the one and for the other, with all that the contacts are sent, can be told
/// apart; what the server does when it rests is taken off.
public final class Contacts implements Mode {

    private enum Step {
        GATHERING,
        ASKING,
        BEFRIENDING,
        THINNING,
        STANDING,
        COMING,
        ARRIVED,
        LEAVING,
        GONE
    }

    private final Options options;
    private final int online;
    private final long restNanos;
    private final Counters counters = new Counters();
    private final Run run;
    private final Meter meter;
    private final Set<String> seen = new HashSet<>();
    private volatile Step step = Step.GATHERING;
    private volatile int known;
    private volatile boolean measuring;

    /// Since when the server rests, and what it had used when it began to do the last thing.
    private long restSinceNanos;

    private long usedNanos;
    private long beganNanos;
    private volatile double idleShare;
    private volatile long comingNanos;
    private volatile long leavingNanos;
    private volatile long leavings;

    public Contacts(Options options, int online, int restMillis) {
        this.options = options;
        this.restNanos = restMillis * 1_000_000L;
        this.online = Math.min(online, options.users() - 1);
        meter = new Meter(options.serverPids);
        run = new Run(options, this, counters, meter, options.start, options.users());
    }

    private int contacts() {
        return options.users() - 1;
    }

    private Link one() {
        return run.loop().link(0);
    }

    private String jid(Link link) {
        return link.name() + "@" + options.domain;
    }

    // ---- the loop's thread -----------------------------------------------------------------------------------------

    @Override
    public void tick(long nowNanos) {
        switch (step) {
            case GATHERING -> {
                if (counters.of(Count.ONLINE) < options.users()) return;
                step = Step.ASKING;
                one().stanza("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
            }
            case BEFRIENDING -> {
                if (known == contacts()) thin();
            }
            case THINNING -> {
                for (var i = online + 1; i <= contacts(); i++) {
                    if (run.loop().link(i).state() != Link.State.DEAD) return;
                }
                if (one().state() == Link.State.DEAD) step = Step.STANDING;
            }
            case STANDING -> {
                if (!measuring || one().state() != Link.State.DEAD) return;
                mark(nowNanos);
                come();
            }
            case ARRIVED -> {
                if (nowNanos - restSinceNanos < restNanos) return;
                comingNanos += mark(nowNanos);
                counters.add(Count.LOGINS);
                step = Step.LEAVING;
                one().bye();
            }
            case LEAVING -> {
                if (one().state() != Link.State.DEAD) return;
                restSinceNanos = nowNanos;
                step = Step.GONE;
            }
            case GONE -> {
                if (!measuring || nowNanos - restSinceNanos < restNanos) return;
                leavingNanos += mark(nowNanos);
                leavings++;
                come();
            }
            case ASKING, COMING -> {}
        }
    }

    private void come() {
        seen.clear();
        known = 0;
        step = Step.COMING;
        one().connect();
    }

    /// What the server has used since the last mark, but for what it uses anyway.
    private long mark(long nowNanos) {
        if (!meter.measures()) return 0;
        long used = meter.cpuNanos();
        long since = used - usedNanos - (long) (idleShare * (nowNanos - beganNanos));
        usedNanos = used;
        beganNanos = nowNanos;
        return since;
    }

    /// Those who are not to be online leave, and so does the one.
    private void thin() {
        step = Step.THINNING;
        for (var i = online + 1; i <= contacts(); i++) run.loop().link(i).bye();
        one().bye();
    }

    private void befriend() {
        step = Step.BEFRIENDING;
        for (var i = 1; i <= contacts(); i++) {
            var contact = run.loop().link(i);
            contact.stanza("<presence type='subscribed' to='" + jid(one()) + "'/>");
            contact.stanza("<presence type='subscribe' to='" + jid(one()) + "'/>");
            one().stanza("<presence type='subscribed' to='" + jid(contact) + "'/>");
            one().stanza("<presence type='subscribe' to='" + jid(contact) + "'/>");
        }
    }

    @Override
    public void stanza(Link link, Stanza stanza) {
        if (link != one()) return;
        if (step == Step.ASKING && stanza.is("iq")) {
            var items = stanza.toString().split("subscription=['\"]both['\"]", -1).length - 1;
            if (items >= contacts()) thin();
            else befriend();
        } else if (stanza.is("presence") && stanza.attribute("type") == null) {
            appeared(stanza.attribute("from"));
        }
    }

    private void appeared(@Nullable String from) {
        if (from == null || from.startsWith(jid(one())) || !seen.add(from)) return;
        known = seen.size();
        if (step == Step.COMING && known >= online && one().isOnline()) arrived();
    }

    @Override
    public void online(Link link) {
        if (link == one() && step == Step.COMING && known >= online) arrived();
    }

    private void arrived() {
        restSinceNanos = System.nanoTime();
        counters.latency(restSinceNanos - one().startedNanos());
        step = Step.ARRIVED;
    }

    // ---- whoever asked ---------------------------------------------------------------------------------------------

    public Report play(double warmupSeconds, double durationSeconds) throws InterruptedException {
        var report = new Report();
        try (run) {
            run.start(options.users());
            run.awaitOnline(options.users(), true);
            run.loop().busy();
            var seconds = run.await(() -> step == Step.STANDING, options.timeoutSeconds * 4, this::progress);
            if (step != Step.STANDING) throw run.failure("the contacts do not come about in " + seconds + " s");
            idle();
            measuring = true;
            run.pass(warmupSeconds, this::progress);
            counters.swapLatencies();
            var first = run.snapshot();
            long coming = comingNanos;
            long leaving = leavingNanos;
            long left = leavings;
            run.pass(durationSeconds, this::progress);
            var last = run.snapshot();
            coming = comingNanos - coming;
            leaving = leavingNanos - leaving;
            left = leavings - left;
            var latencies = counters.swapLatencies();
            measuring = false;
            var logins = last.logins() - first.logins();
            Common.describe(report, "presence", options);
            report.put("contacts", contacts());
            report.put("contacts_online", online);
            report.put("seconds", last.secondsSince(first), 2);
            report.put("logins", logins);
            report.put("failures", counters.of(Count.FAILED));
            report.latencies("login", latencies);
            if (!options.serverPids.isEmpty()) {
                report.put("server_cpu_s", last.cpuSeconds() - first.cpuSeconds(), 2);
                report.put("server_cpu_ms_per_login", coming / 1e6 / logins, 3);
                report.put("server_cpu_ms_per_leaving", leaving / 1e6 / left, 3);
                report.put("server_idle_cpu_percent", idleShare * 100, 2);
            }
        }
        Common.error(report, counters);
        return report;
    }

    /// Finds out what the server uses when nothing happens.
    private void idle() throws InterruptedException {
        run.pass(1, this::progress);
        if (!meter.measures()) return;
        long used = meter.cpuNanos();
        long began = System.nanoTime();
        run.pass(3, this::progress);
        idleShare = (meter.cpuNanos() - used) / (double) (System.nanoTime() - began);
    }

    private String progress() {
        return "%s, %,d of %,d contacts, %,d logins".formatted(step, known, contacts(), counters.of(Count.LOGINS));
    }
}
