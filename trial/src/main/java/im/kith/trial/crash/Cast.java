package im.kith.trial.crash;

import im.kith.trial.wire.Endpoint;
import im.kith.trial.wire.Login;
import im.kith.trial.wire.Negotiation;
import im.kith.trial.wire.Session;
import im.kith.trial.wire.Transcript;
import im.kith.trial.wire.Transport;
import im.kith.trial.wire.Wire;
import im.kith.trial.wire.WireException;
import im.kith.trial.wire.Xml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Everybody who plays in a crash trial.
///
/// Of every eight pairs five talk with XEP-0198 on both sides. The others go one way: one has a sender without it; one
/// a receiver without it and one a receiver with it that are away while the server is alive, and come to fetch after
/// each
/// crash. A receiver without it is never online when the server dies: what it has read nobody could know.
final class Cast implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MEMBERS = 4;
    private static final String OPT_IN = "<iq type='set' id='groups'><enable xmlns='urn:kith:groups:0'/></iq>";

    private final List<Person> residents = new ArrayList<>();
    private final List<Person> speakers = new ArrayList<>();
    private final List<Person> visitors = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();

    Cast(Endpoint endpoint, int pairs, int groups, long paceMillis) {
        for (var i = 0; i < pairs; i++) {
            pair(endpoint, i, paceMillis);
        }
        for (var i = 0; i < groups; i++) {
            group(endpoint, i, paceMillis);
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
        var first = new Person(
                endpoint, one, Person.Part.pair(other.username() + domain, there, other.username(), back), paceMillis);
        var second = new Person(
                endpoint, other, Person.Part.pair(one.username() + domain, back, one.username(), there), paceMillis);
        residents.add(first);
        speakers.add(first);
        (kind >= 6 ? visitors : residents).add(second);
        lanes.add(there);
        if (kind < 5) {
            speakers.add(second);
            lanes.add(back);
        }
    }

    /// Members of a group that nobody enters (docs/protocol/groups.md): each hears all, itself too; the last one is
    /// away while the server is alive.
    private void group(Endpoint endpoint, int index, long paceMillis) {
        var address = "group" + index + "@groups." + endpoint.domain();
        var logins = new ArrayList<Login>();
        for (var i = 0; i < MEMBERS; i++) {
            var login = login("g" + index + "m" + i);
            register(endpoint, login);
            logins.add(login);
        }
        create(endpoint, address, logins);
        var lanesOf = new ArrayList<Map<String, Lane>>();
        for (var i = 0; i < MEMBERS; i++) {
            lanesOf.add(new HashMap<>());
        }
        for (var i = 0; i < MEMBERS; i++) {
            var outs = new ArrayList<Lane>();
            if (i < MEMBERS - 1) {
                for (var ins : lanesOf) {
                    var lane = new Lane();
                    outs.add(lane);
                    ins.put(logins.get(i).username(), lane);
                }
            }
            lanes.addAll(outs);
            var part = new Person.Part(address, "groupchat", outs, lanesOf.get(i), OPT_IN);
            var member = new Person(endpoint, logins.get(i), part, paceMillis);
            if (i < MEMBERS - 1) {
                residents.add(member);
                speakers.add(member);
            } else {
                visitors.add(member);
            }
        }
    }

    private static void create(Endpoint endpoint, String address, List<Login> members) {
        var create = new StringBuilder(
                "<iq type='set' id='create' to='" + address + "'><create xmlns='urn:kith:groups:0'><name>Crash</name>");
        for (var member : members) {
            create.append("<member jid='")
                    .append(member.username())
                    .append('@')
                    .append(endpoint.domain())
                    .append("'/>");
        }
        var answered = new CompletableFuture<String>();
        try (var session = Session.open(endpoint, members.getFirst(), Transcript.NONE, event -> {
            if (event instanceof Wire.Said(Xml said)
                    && said.attributeOr("id", "").equals("create")) {
                answered.complete(said.attributeOr("type", ""));
            }
        })) {
            session.send(create.append("</create></iq>").toString());
            if (!answered.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join()
                    .equals("result")) {
                throw new WireException("no group could be made");
            }
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
            for (var lane : person.outs()) {
                if (!lanes.contains(lane) || lane.isSettled()) {
                    continue;
                }
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
