package im.kith.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Program;
import im.kith.trial.play.SignUp;
import im.kith.trial.play.Trial;
import im.kith.trial.play.User;
import im.kith.trial.play.World;
import im.kith.trial.wire.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// Real clients: people sign up with their phone numbers and sign in with what they find in Debian.
///
/// Needs the packages python3-slixmpp, go-sendxmpp, profanity and tmux; what is not installed is skipped.
@Tag("clients")
@OwnServer(set = {"registration.mode=phone", "sms.provider=log"})
class ClientsTrial {

    /// Two pictures of one dot each.
    private static final String DOT =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static final String OTHER_DOT =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    private static final AtomicInteger NUMBERS = new AtomicInteger(1000);

    @TempDir
    Path directory = Path.of("");

    @Trial
    void slixmpp_chats_goes_away_and_gets_what_it_missed(World world) throws IOException {
        needsSlixmpp();
        var juliet = signUp(world, "juliet");
        var romeo = signUp(world, "romeo").device("orchard").online();
        try (var client = slixmpp(world, juliet)) {
            client.prints("^ONLINE");
            romeo.says("Is it you?", juliet).isAcked();
            client.prints("^GOT .*Is it you\\?");
            client.says("say " + world.toWire(romeo.user().jid()) + " It is I");
            romeo.hears("It is I");
            client.says("quit");
            client.ends();
        }
        romeo.says("First", juliet).isAcked();
        romeo.says("Second", juliet).isAcked();
        try (var client = slixmpp(world, juliet)) {
            // What waited comes when its presence has been seen: before or after the answer that makes it say ONLINE.
            client.printsAll("^GOT .*First", "^GOT .*Second", "^ONLINE");
            romeo.says("Third", juliet).isAcked();
            client.prints("^GOT .*Third");
            assertEquals(
                    List.of("First", "Second", "Third"),
                    client.printed("^GOT .*(First|Second|Third|Is it you)"),
                    "nothing comes twice, or again");
        }
    }

    private Program slixmpp(World world, User user) throws IOException {
        var script = directory.resolve("client.py");
        try (var source = ClientsTrial.class.getResourceAsStream("/clients/slixmpp_client.py")) {
            Files.write(script, source == null ? new byte[0] : source.readAllBytes());
        }
        return Program.start(
                world,
                "slixmpp",
                Map.of(),
                List.of(
                        "/usr/bin/python3",
                        script.toString(),
                        world.toWire(user.jid()),
                        user.password(),
                        world.endpoint().host(),
                        String.valueOf(world.endpoint().xmppPort()),
                        certificate(world).toString()));
    }

    /// The certificate that the server made for itself, which a client may pin.
    private static Path certificate(World world) {
        var server = world.process();
        if (server == null) {
            throw new IllegalStateException("whose certificate is on another machine");
        }
        return server.data().resolve("tls").resolve(world.endpoint().domain() + ".crt");
    }

    @Trial
    void go_sendxmpp_sends_and_listens(World world) {
        Assumptions.assumeTrue(
                Program.isInstalled("go-sendxmpp", "--version"), "Debian's go-sendxmpp is not installed");
        var juliet = signUp(world, "juliet");
        var romeo = signUp(world, "romeo").device("orchard").online();
        try (var sender = goSendxmpp(world, juliet, world.toWire(romeo.user().jid()))) {
            sender.says("Wherefore art thou?").hasSaidEverything();
            if (sender.ends() != 0) {
                throw new AssertionError("go-sendxmpp failed");
            }
        }
        romeo.hears("Wherefore art thou?");
        romeo.says("Missed you", juliet).isAcked();
        try (var listener = goSendxmpp(world, juliet, "--listen")) {
            listener.prints("Missed you");
            romeo.says("Here I am", juliet).isAcked();
            listener.prints("Here I am");
        }
    }

    private Program goSendxmpp(World world, User user, String what) {
        return Program.start(
                world,
                "go-sendxmpp",
                Map.of("HOME", directory.toString()),
                List.of(
                        "go-sendxmpp",
                        "--username",
                        world.toWire(user.jid()),
                        "--password",
                        user.password(),
                        "--jserver",
                        world.endpoint().host() + ":" + world.endpoint().xmppPort(),
                        "--no-tls-verify",
                        "--timeout",
                        "60",
                        what));
    }

    @Trial
    void profanity_chats_goes_away_and_gets_what_it_missed(World world) {
        needsProfanity();
        var juliet = signUp(world, "juliet");
        var romeo = signUp(world, "romeo")
                .device("orchard")
                .over(Transport.STARTTLS)
                .online();
        try (var terminal = new Terminal(world, directory)) {
            profanity(world, terminal, juliet);
            terminal.types("/msg " + world.toWire(romeo.user().jid()));
            romeo.says("Is it you?", juliet).isAcked();
            terminal.shows("Is it you?");
            terminal.types("/msg " + world.toWire(romeo.user().jid()) + " It is I");
            romeo.hears("It is I");
            terminal.types("/disconnect").types("/quit");
            terminal.isOver();
        }
        romeo.says("First", juliet).isAcked();
        romeo.says("Second", juliet).isAcked();
        try (var terminal = new Terminal(world, directory)) {
            profanity(world, terminal, juliet);
            terminal.types("/msg " + world.toWire(romeo.user().jid()));
            terminal.shows("First").shows("Second");
            romeo.says("Third", juliet).isAcked();
            terminal.shows("Third");
        }
    }

    @Trial
    void profanity_is_in_a_group_with_a_device_that_need_not_enter(World world) {
        needsProfanity();
        var juliet = signUp(world, "juliet");
        var romeo = signUp(world, "romeo")
                .device("orchard")
                .over(Transport.STARTTLS)
                .online();
        var group = "lovers@groups." + World.DOMAIN;
        romeo.asks("<iq type='set'><enable xmlns='urn:kith:groups:0'/></iq>").isResult();
        romeo.asks("<iq type='set' to='" + group
                        + "'><create xmlns='urn:kith:groups:0'><name>Lovers</name><member jid='" + juliet.jid()
                        + "' nick='Juliet'/></create></iq>")
                .isResult();
        romeo.nextMessage(); // that it was made
        try (var terminal = new Terminal(world, directory)) {
            profanity(world, terminal, juliet);
            joins(terminal, world.toWire(group));
            romeo.sends("<message to='" + group + "' type='groupchat'><body>Is it you?</body></message>");
            romeo.hears("Is it you?");
            terminal.shows("Is it you?");
            terminal.types("It is I");
            romeo.hears("It is I");
            terminal.types("/disconnect").types("/quit");
            terminal.isOver();
        }
    }

    @Trial
    void slixmpp_is_in_a_group_with_devices_that_need_not_enter(World world) throws IOException {
        needsSlixmpp();
        var juliet = signUp(world, "juliet");
        var romeo = signUp(world, "romeo").device("orchard").online();
        var group = "balcony@groups." + World.DOMAIN;
        romeo.asks("<iq type='set'><enable xmlns='urn:kith:groups:0'/></iq>").isResult();
        romeo.asks("<iq type='set' to='" + group
                        + "'><create xmlns='urn:kith:groups:0'><name>Balcony</name><member jid='" + juliet.jid()
                        + "' nick='Juliet'/></create></iq>")
                .isResult();
        romeo.nextMessage(); // that it was made
        try (var client = slixmpp(world, juliet)) {
            client.prints("^ONLINE");
            client.says("join " + world.toWire(group) + " whoever");
            client.prints("^SAW Juliet available");
            romeo.sends("<message to='" + group + "' type='groupchat'><body>Is it you?</body></message>");
            romeo.hears("Is it you?");
            client.prints("^HEARD .* Is it you\\?");
            client.says("tell " + world.toWire(group) + " It is I");
            romeo.hears("It is I");
            client.prints("^HEARD Juliet It is I");
            if (client.count("^HEARD .* (Is it you|It is I)") != 2) {
                throw new AssertionError("something came twice");
            }
            client.says("quit");
            client.ends();
        }
        // She is in it still, and hears the rest when she enters again.
        romeo.sends("<message to='" + group + "' type='groupchat'><body>Good night</body></message>");
        romeo.hears("Good night");
        try (var client = slixmpp(world, juliet)) {
            client.prints("^ONLINE");
            client.says("join " + world.toWire(group) + " Juliet");
            client.prints("^HEARD .* Good night");
        }
    }

    @Trial
    void three_clients_of_three_kinds_are_in_one_group_and_all_see_all_in_one_order(World world) throws IOException {
        needsSlixmpp();
        needsProfanity();
        var juliet = signUp(world, "juliet");
        var nurse = signUp(world, "nurse");
        var romeo = signUp(world, "romeo").device("orchard").online();
        var group = "verona@groups." + World.DOMAIN;
        romeo.asks("<iq type='set'><enable xmlns='urn:kith:groups:0'/></iq>").isResult();
        romeo.asks("<iq type='set' to='" + group + "'><create xmlns='urn:kith:groups:0'><name>Verona</name>"
                        + "<member jid='" + juliet.jid() + "' nick='Juliet'/>"
                        + "<member jid='" + nurse.jid() + "' nick='Nurse'/></create></iq>")
                .isResult();
        romeo.nextMessage(); // that it was made
        try (var plain = slixmpp(world, nurse);
                var terminal = new Terminal(world, directory)) {
            plain.prints("^ONLINE");
            plain.says("join " + world.toWire(group) + " Nurse");
            plain.prints("^SAW Nurse available");
            profanity(world, terminal, juliet);
            joins(terminal, world.toWire(group));
            terminal.shows("Nurse");

            // One after the other.
            romeo.sends("<message to='" + group + "' type='groupchat'><body>line a</body></message>");
            romeo.hears("line a");
            plain.says("tell " + world.toWire(group) + " line b");
            romeo.hears("line b");
            terminal.types("line c");
            romeo.hears("line c");

            // And all at once.
            for (var i = 0; i < 6; i++) {
                romeo.sends("<message to='" + group + "' type='groupchat'><body>line r" + i + "</body></message>");
                plain.says("tell " + world.toWire(group) + " line n" + i);
                terminal.types("line j" + i);
            }
            var order = new ArrayList<>(List.of("line a", "line b", "line c"));
            for (var i = 0; i < 18; i++) order.add(romeo.nextMessage().textOf("body"));
            for (var who : List.of("r", "n", "j")) {
                var own = order.stream()
                        .filter(line -> line.startsWith("line " + who))
                        .toList();
                var sent =
                        IntStream.range(0, 6).mapToObj(i -> "line " + who + i).toList();
                assertEquals(sent, own, "what one of them said comes once, in its order");
            }
            var last = order.getLast();
            plain.prints("^HEARD .* " + last);
            assertEquals(order, plain.printed("^HEARD \\S+ (line .*)"));
            // Profanity shows its own lines as soon as they are typed, wherever the group puts them, so the last of all
            // may be there before others are.
            Predicate<String> others = line -> !line.startsWith("line j") && !line.equals("line c");
            var sorted = othersFirst(order, others);
            var shown = terminal.lines("(line (?:[abc]|[rnj]\\d))\\b", lines -> othersFirst(lines, others)
                    .equals(sorted));
            assertEquals(sorted, othersFirst(shown, others));
            terminal.types("/disconnect").types("/quit");
            terminal.isOver();
            plain.says("quit");
            plain.ends();
        }
    }

    private static List<String> othersFirst(List<String> lines, Predicate<String> others) {
        return Stream.concat(lines.stream().filter(others), lines.stream().filter(others.negate()))
                .toList();
    }

    @Trial
    void slixmpp_sees_the_card_and_the_picture_of_a_friend_and_the_friend_sees_its_own(World world) throws Exception {
        needsSlixmpp();
        var juliet = signUp(world, "juliet");
        var romeo = signUp(world, "romeo").device("orchard").online();
        var name = world.toWire(romeo.user().jid());
        var jid = Pattern.quote(name);
        try (var client = slixmpp(world, juliet)) {
            client.prints("^ONLINE");
            romeo.sends("<presence to='" + juliet.jid() + "' type='subscribe'/>");
            romeo.sends("<presence to='" + juliet.jid() + "' type='subscribed'/>");
            client.prints("^FRIEND " + jid);
            romeo.ignoresTheRest();

            // By a card: every contact hears of the picture in the presence (XEP-0153) and by PEP (XEP-0084).
            romeo.asks("<iq type='set'><vCard xmlns='vcard-temp'><FN>Romeo Montague</FN><PHOTO><TYPE>image/png</TYPE>"
                            + "<BINVAL>" + DOT + "</BINVAL></PHOTO></vCard></iq>")
                    .isResult();
            client.printsAll("^PHOTO " + jid + " " + sha1(DOT), "^PICTURE " + jid + " " + sha1(DOT));
            client.says("card " + name);
            client.prints("^CARD " + jid + " " + sha1(DOT) + " Romeo Montague$");

            // By PEP: whoever asks for the card finds the picture in it (XEP-0398).
            client.says("wear " + OTHER_DOT);
            client.prints("^WEARS " + sha1(OTHER_DOT));
            var card = romeo.asks("<iq type='get' to='" + juliet.jid() + "'><vCard xmlns='vcard-temp'/></iq>")
                    .isResult()
                    .xml();
            var picture = Objects.requireNonNull(card.find("BINVAL"), card::toString);
            assertEquals(OTHER_DOT, picture.text().replaceAll("\\s", ""));
            client.says("quit");
            client.ends();
        }
    }

    private static String sha1(String base64) throws NoSuchAlgorithmException {
        var digest =
                MessageDigest.getInstance("SHA-1").digest(Base64.getDecoder().decode(base64));
        return HexFormat.of().formatHex(digest);
    }

    private static void needsSlixmpp() {
        Assumptions.assumeTrue(
                Program.isInstalled("/usr/bin/python3", "-c", "import slixmpp"),
                "Debian's python3-slixmpp is not installed");
    }

    private static void needsProfanity() {
        Assumptions.assumeTrue(Program.isInstalled("tmux", "-V"), "Debian's tmux is not installed");
        Assumptions.assumeTrue(Program.isInstalled("profanity", "--version"), "Debian's profanity is not installed");
    }

    private static void profanity(World world, Terminal terminal, User user) {
        terminal.runs("profanity");
        terminal.shows("Profanity");
        terminal.types("/carbons off").types("/receipts send off");
        // It says that it is inactive, and gives its server up, when nothing happens for a while.
        terminal.types("/states off").types("/autoping set 0");
        terminal.types("/connect " + world.toWire(user.jid()) + " server "
                + world.endpoint().host() + " port " + world.endpoint().xmppPort() + " tls trust");
        terminal.shows("password");
        terminal.types(user.password());
        terminal.shows("logged in successfully");
    }

    /// By the name that she has in it: it may just be entering by her bookmark, and would change that name. As long as
    /// it is, it takes no notice; later it only shows the room.
    private static void joins(Terminal terminal, String group) {
        terminal.typesUntilShown("/join " + group + " nick Juliet", "You have joined the room as Juliet");
    }

    private static User signUp(World world, String name) {
        if (world.process() == null) {
            return world.user(name);
        }
        return new SignUp(world).completes(name, "+49170123" + NUMBERS.incrementAndGet());
    }
}
