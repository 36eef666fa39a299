package im.kith.trial.play;

import im.kith.trial.wire.Xml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What a device is expected to hear, held against its inbox: waits for a stanza, compares it in the names of the play,
/// and says whose ears did not get what, and what they got.
final class Hearing {

    private final World world;
    private final Inbox inbox;
    private final String who;

    Hearing(World world, Inbox inbox, String who) {
        this.world = world;
        this.inbox = inbox;
        this.who = who;
    }

    /// The next stanza of that kind is this one. For presence: one of those that have come or will.
    void next(String expected) {
        var expectation = new Expectation(expected, world.captures());
        if (expectation.kind().equals("presence")) {
            awaitOneLike(expectation, expected);
            return;
        }
        var got = await(stanza -> stanza.name().equals(expectation.kind()), missing(expected));
        var difference = expectation.differenceTo(got);
        if (difference != null) {
            throw new AssertionError(who + ": " + difference + "\nexpected\n" + expected.strip() + "\ngot\n" + got);
        }
    }

    /// These stanzas are the next of their kinds, in any order.
    void all(String... expected) {
        for (var one : expected) {
            awaitOneLike(new Expectation(one, world.captures()), one);
        }
    }

    private void awaitOneLike(Expectation expectation, String expected) {
        await(stanza -> expectation.differenceTo(world.toPlay(stanza)) == null, missing(expected));
    }

    private static String missing(String expected) {
        return "did not get\n" + expected.strip() + "\nbut ";
    }

    /// The first that fits, in the names of the play; `missing` begins what is said if none comes.
    Xml await(Predicate<Xml> fits, String missing) {
        var got = inbox.take(fits, Device.PATIENCE);
        if (got == null) {
            throw new AssertionError(who + " " + missing + show(inbox.all()));
        }
        return world.toPlay(got);
    }

    /// The results of an archive query that have come, in order: those of the query with this id.
    List<Xml> results(String queryId) {
        var results = new ArrayList<Xml>();
        Predicate<Xml> isResult = stanza -> {
            var result = stanza.child("result", "urn:xmpp:mam:2");
            return result != null && result.attributeOr("queryid", "").equals(queryId);
        };
        for (var message = inbox.take(isResult, Duration.ZERO);
                message != null;
                message = inbox.take(isResult, Duration.ZERO)) {
            message.children().map(world::toPlay).forEach(results::add);
        }
        return results;
    }

    /// Nothing else waits to be looked at.
    void nothingBut(Predicate<Xml> tolerated) {
        var unseen =
                inbox.all().stream().filter(stanza -> !tolerated.test(stanza)).toList();
        if (!unseen.isEmpty()) {
            throw new AssertionError(who + " should have got nothing else, but " + show(unseen));
        }
    }

    private String show(List<Xml> stanzas) {
        if (stanzas.isEmpty()) {
            return "nothing";
        }
        var lines = new ArrayList<String>();
        stanzas.forEach(stanza -> lines.add(world.toPlay(stanza).toString()));
        return String.join("\n", lines);
    }
}
