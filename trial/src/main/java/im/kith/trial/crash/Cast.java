package im.kith.trial.crash;

import im.kith.trial.wire.Endpoint;
import im.kith.trial.wire.Login;
import im.kith.trial.wire.Negotiation;
import im.kith.trial.wire.Transcript;
import im.kith.trial.wire.Transport;
import im.kith.trial.wire.Wire;
import im.kith.trial.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Everybody who plays in a crash trial.
///
/// Of every eight pairs five talk with XEP-0198 on both sides. The others go one way: one has a sender without it; one
/// a receiver without it and one a receiver with it that are away while the server is alive, and come to fetch after
/// each
/// crash. A receiver without it is never online when the server dies: what it has read nobody could know.
final class Cast implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Person> residents = new ArrayList<>();
    private final List<Person> speakers = new ArrayList<>();
    private final List<Person> visitors = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();

    Cast(Endpoint endpoint, int pairs, long paceMillis) {
        for (var i = 0; i < pairs; i++) {
            pair(endpoint, i, paceMillis);
        }
    }

    private void pair(Endpoint endpoint, int index, long paceMillis) {
        var there = new Lane();
        var back = new Lane();
        var kind = index % 8;
        var one = login("a" + index).acks(kind != 5);
        var other = login("b" + index).acks(kind != 6);
        register(endpoint, one);
        register(endpoint, other);
        var domain = "@" + endpoint.domain();
        var first = new Person(endpoint, one, other.username() + domain, there, back, paceMillis);
        var second = new Person(endpoint, other, one.username() + domain, back, there, paceMillis);
        residents.add(first);
        speakers.add(first);
        (kind >= 6 ? visitors : residents).add(second);
        lanes.add(there);
        if (kind < 5) {
            speakers.add(second);
            lanes.add(back);
        }
    }

    private static Login login(String name) {
        return Login.of(name, "pw-" + name).resource("crash").mechanism("PLAIN");
    }

    private static void register(Endpoint endpoint, Login login) {
        try (var wire = Wire.connect(endpoint, Transport.TCP, Transcript.NONE)) {
            new Negotiation(wire, endpoint).openStream();
            wire.send("<iq type='set' id='reg'><query xmlns='jabber:iq:register'><username>" + login.username()
                    + "</username><password>" + login.password() + "</password></query></iq>");
            var answer = wire.expectElement(PATIENCE);
            if (!answer.attributeOr("type", "").equals("result")) {
                throw new WireException("no account for " + login.username() + ": " + answer);
            }
        }
    }

    void everybodyTalks() {
        residents.forEach(Person::comeOnline);
        speakers.forEach(person -> person.sending(true));
    }

    void everybodyIsSilent() {
        speakers.forEach(person -> person.sending(false));
    }

    void visitorsFetch() {
        visitors.forEach(Person::comeOnline);
    }

    void visitorsLeave() {
        visitors.forEach(Person::goOffline);
    }

    List<Person> residents() {
        return residents;
    }

    List<Lane> lanes() {
        return lanes;
    }

    /// Waits until everything sent is acknowledged and received; false if that does not come about.
    boolean awaitSettled(Duration patience) throws InterruptedException {
        var deadlineNanos = System.nanoTime() + patience.toNanos();
        while (!lanes.stream().allMatch(Lane::isSettled)) {
            if (System.nanoTime() > deadlineNanos) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }

    /// One line per person whose lane has not settled, for the report.
    List<String> unsettled() {
        var lines = new ArrayList<String>();
        everybody().forEach(person -> {
            var lane = person.out();
            if (lanes.contains(lane) && !lane.isSettled()) {
                lines.add("from " + person.name() + ": sent " + lane.sent() + ", acknowledged " + lane.acknowledged()
                        + ", received " + lane.received() + ", acknowledged but missing " + lane.missing()
                        + (person.lastTrouble().isEmpty() ? "" : "; last trouble: " + person.lastTrouble()));
            }
        });
        return lines;
    }

    private List<Person> everybody() {
        var everybody = new ArrayList<>(residents);
        everybody.addAll(visitors);
        return everybody;
    }

    /// What came twice or out of order.
    List<String> complaints() {
        return everybody().stream()
                .flatMap(person -> person.complaints().stream())
                .toList();
    }

    Tally tally() {
        var resumptions = 0;
        var rebinds = 0;
        var flaps = 0;
        for (var person : everybody()) {
            resumptions += person.resumptions();
            rebinds += person.rebinds();
            flaps += person.flaps();
        }
        var sent = 0L;
        var acknowledged = 0L;
        var received = 0L;
        var lost = 0L;
        var doubled = 0L;
        var outOfOrder = 0L;
        for (var lane : lanes) {
            sent += lane.sent();
            acknowledged += lane.acknowledged();
            received += lane.received();
            lost += lane.missing().cardinality();
            doubled += lane.doubled();
            outOfOrder += lane.outOfOrder();
        }
        return new Tally(sent, acknowledged, received, lost, doubled, outOfOrder, resumptions, rebinds, flaps);
    }

    @Override
    public void close() {
        everybody().forEach(Person::close);
    }
}
