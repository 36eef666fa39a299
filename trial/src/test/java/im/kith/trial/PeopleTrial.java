package im.kith.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.trial.play.Device;
import im.kith.trial.play.OwnServer;
import im.kith.trial.play.Program;
import im.kith.trial.play.SignUp;
import im.kith.trial.play.Spec;
import im.kith.trial.play.Trial;
import im.kith.trial.play.World;
import im.kith.trial.wire.Xml;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Privacy, discovery, and accounts that come and go (docs/protocol/privacy.md, contacts.md, account.md).
class PeopleTrial {

    private static final String STORIES = "urn:xmpp:pubsub-social-feed:stories:0";

    private static void friends(Device romeo, Device juliet) {
        for (var one : List.of(romeo, juliet)) {
            var other = one == romeo ? juliet : romeo;
            one.sends("<presence to='" + other.user().jid() + "' type='subscribed'/>");
            other.sends("<presence to='" + one.user().jid() + "' type='subscribe'/>");
            other.gets("<presence from='" + one.jid() + "'/>");
        }
        romeo.ignoresTheRest();
        juliet.ignoresTheRest();
    }

    private static void chooses(Device who, String what, String rest) {
        who.asks("<iq type='set'><privacy xmlns='urn:kith:privacy:0'><show what='" + what + "' " + rest
                        + "</show></privacy></iq>")
                .isResult();
    }

    @Trial
    @OwnServer
    @Spec("docs/protocol/privacy.md")
    void a_choice_holds_at_once_and_after_a_crash(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        friends(romeo, juliet);

        chooses(juliet, "online", "who='contacts-except'><contact jid='romeo@kith.test'/>");
        romeo.gets("<presence from='juliet@kith.test/balcony' type='unavailable'/>");
        juliet.available("<presence><show>away</show></presence>");
        romeo.getsNothingElse();

        world.crash();
        var again = world.user("romeo").device("street").online().ignoresTheRest();
        world.user("juliet").device("bower").online();
        again.getsNothingElse();
        again.asks("<iq type='get' to='juliet@kith.test'><query xmlns='jabber:iq:last'/></iq>")
                .isError("forbidden");
        again.asks("<iq type='get' to='juliet@kith.test/bower'><ping xmlns='urn:xmpp:ping'/></iq>")
                .isError("service-unavailable");
    }

    @Trial
    @Spec("XEP-0501")
    void a_story_is_seen_by_whom_its_owner_chose(World world) {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        friends(romeo, juliet);
        juliet.asks("<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='" + STORIES
                        + "'><item id='s1'><entry xmlns='http://www.w3.org/2005/Atom'><title>Verona</title></entry>"
                        + "</item></publish></pubsub></iq>")
                .isResult();
        var read = "<iq type='get' to='juliet@kith.test'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                + "<items node='" + STORIES + "'/></pubsub></iq>";
        romeo.asks(read).isResult();
        romeo.asks("<iq type='set' to='juliet@kith.test'><seen xmlns='urn:kith:status:0' id='s1'/></iq>")
                .isResult();
        juliet.asks("<iq type='get'><viewers xmlns='urn:kith:status:0' id='s1'/></iq>")
                .is("<iq type='result' id='*'><viewers xmlns='urn:kith:status:0' id='s1'>"
                        + "<viewer jid='romeo@kith.test' stamp='*'/></viewers></iq>");

        chooses(juliet, "status", "who='nobody'>");
        romeo.asks(read).isError("item-not-found");
    }

    // ---- contact discovery -----------------------------------------------------------------------------------------

    private static String bucket(String number) throws Exception {
        var text = "kith-contacts:" + World.DOMAIN + ":" + number;
        var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, 32);
    }

    @Trial
    @OwnServer(set = {"registration.mode=phone", "sms.provider=log", "registration.code-pause=1s"})
    @Spec("docs/protocol/contacts.md")
    void a_contact_that_signs_up_later_appears_by_itself(World world) throws Exception {
        var signUp = new SignUp(world);
        var romeo = signUp.completes("romeo", "+491701234501").device("phone").online();
        var juliet = bucket("+491701234502");
        var ask = "<iq type='set'><ask xmlns='urn:kith:contacts:0' watch='1'><bucket>" + juliet.substring(0, 5)
                + "</bucket></ask></iq>";
        romeo.asks(ask).is("<iq type='result' id='*'><found xmlns='urn:kith:contacts:0'/></iq>");
        romeo.leaves();

        signUp.completes("juliet", "+491701234502");

        var back = world.user("romeo").device("phone").online();
        var told = back.nextMessage();
        var found = Objects.requireNonNull(told.child("found", "urn:kith:contacts:0"), told::toString);
        assertEquals(juliet, found.textOf("hash"));
        back.asks(ask)
                .is("<iq type='result' id='*'><found xmlns='urn:kith:contacts:0'><hash>" + juliet
                        + "</hash></found></iq>");
    }

    // ---- accounts come and go --------------------------------------------------------------------------------------

    private static HttpResponse<String> http(String method, String url, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static Xml slot(Device device) {
        var answer = device.asks("<iq type='get' to='upload.kith.test'>"
                + "<request xmlns='urn:xmpp:http:upload:0' filename='a.txt' size='5' content-type='text/plain'/></iq>");
        answer.isResult();
        return Objects.requireNonNull(answer.xml().child("slot", "urn:xmpp:http:upload:0"));
    }

    private static String url(Xml slot, String which) {
        return Objects.requireNonNull(slot.child(which, "urn:xmpp:http:upload:0"))
                .attributeOr("url", "");
    }

    @Trial
    @OwnServer
    void an_upload_is_deleted_by_who_has_uploaded_it(World world) throws Exception {
        var slot = slot(world.user("romeo").device("orchard").online());
        assertEquals(
                201,
                http("PUT", url(slot, "put"), "hello", "Content-Type", "text/plain")
                        .statusCode());
        assertEquals(403, http("DELETE", url(slot, "get"), null).statusCode());
        assertEquals(200, http("GET", url(slot, "get"), null).statusCode());
        assertEquals(204, http("DELETE", url(slot, "put"), null).statusCode());
        assertEquals(404, http("GET", url(slot, "get"), null).statusCode());
        assertEquals(404, http("DELETE", url(slot, "put"), null).statusCode());
    }

    @Trial
    @OwnServer
    @Spec("XEP-0077 §3.2")
    void an_account_that_is_removed_takes_its_uploads_along(World world) throws Exception {
        var romeo = world.user("romeo").device("orchard").online();
        var slot = slot(romeo);
        assertEquals(
                201,
                http("PUT", url(slot, "put"), "hello", "Content-Type", "text/plain")
                        .statusCode());
        romeo.asks("<iq type='set'><query xmlns='jabber:iq:register'><remove/></query></iq>")
                .isResult();
        romeo.isDisconnected();
        // Files are cleared away behind the account, at leisure.
        var deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        var status = 200;
        while (status == 200 && System.nanoTime() < deadlineNanos) {
            status = http("GET", url(slot, "get"), null).statusCode();
        }
        assertEquals(404, status);
    }

    @Trial
    @OwnServer
    @Spec("XEP-0227")
    void a_user_downloads_what_is_theirs(World world) throws Exception {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        romeo.asks("<iq type='set'><vCard xmlns='vcard-temp'><FN>Romeo &amp; co</FN></vCard></iq>")
                .isResult();
        juliet.says("Art thou not Romeo?", world.user("romeo")).isAcked();
        romeo.hears("Art thou not Romeo?");

        var answer = romeo.asks("<iq type='get'><export xmlns='urn:kith:account:0'/></iq>");
        answer.isResult();
        var link = Objects.requireNonNull(answer.xml().child("export", "urn:kith:account:0"))
                .attributeOr("url", "");
        var document = http("GET", link, null);
        assertEquals(200, document.statusCode());
        var body = document.body();
        assertTrue(body.contains("Romeo &amp; co") && body.contains("Art thou not Romeo?"), body);
        assertFalse(body.contains("scram"), body);
        assertEquals(403, http("GET", link + "x", null).statusCode());

        var base = link.substring(0, link.indexOf('?'));
        assertEquals(401, http("GET", base, null).statusCode());
        var user = world.user("romeo");
        assertEquals(
                401,
                http("GET", base, null, "Authorization", basic(user.wireName(), "wrong"))
                        .statusCode());
        assertEquals(
                200,
                http("GET", base, null, "Authorization", basic(user.wireName(), user.password()))
                        .statusCode());
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Trial
    @OwnServer
    @Spec("XEP-0227")
    void an_operator_moves_an_account(World world) throws Exception {
        var romeo = world.user("romeo").device("orchard").online();
        var juliet = world.user("juliet").device("balcony").online();
        friends(romeo, juliet);
        romeo.asks("<iq type='set'><vCard xmlns='vcard-temp'><FN>Romeo</FN></vCard></iq>")
                .isResult();
        romeo.asks("<iq type='set'><query xmlns='jabber:iq:private'><e xmlns='exodus:prefs'>Hamlet</e></query></iq>")
                .isResult();
        romeo.asks("<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='diary'>"
                        + "<item id='1'><entry xmlns='my'/></item></publish></pubsub></iq>")
                .isResult();
        romeo.asks("<iq type='set'><block xmlns='urn:xmpp:blocking'><item jid='tybalt@kith.test'/></block></iq>")
                .isResult();
        juliet.says("Art thou not Romeo?", world.user("romeo")).isAcked();
        romeo.hears("Art thou not Romeo?");
        romeo.says("Neither, fair maid", world.user("juliet")).isAcked();
        for (var i = 0; i < 120; i++) juliet.says("line " + i, world.user("romeo"));
        juliet.says("Good night", world.user("romeo")).isAcked();
        romeo.ignoresTheRest();
        var said = archived(romeo);
        assertEquals(123, said.size());
        var name = world.user("romeo").wireName();
        var file = world.server().data().resolveSibling("romeo.xml");

        try (var ctl = ctl(world, "account", "show", name)) {
            ctl.prints("kept +\\d");
            ctl.prints("waiting +0");
            assertEquals(0, ctl.ends());
        }
        try (var ctl = ctl(world, "account", "export", name, "-o", file.toString())) {
            assertEquals(0, ctl.ends());
        }
        try (var ctl = ctl(world, "account", "remove", name)) {
            assertEquals(0, ctl.ends());
        }
        romeo.isDisconnected();
        world.user("romeo").device("grave").cannotConnect("not-authorized");
        try (var ctl = ctl(world, "account", "import-227", file.toString())) {
            ctl.prints("1 created, 0 existed already, 0 bad");
            assertEquals(0, ctl.ends());
        }
        try (var ctl = ctl(world, "account", "import-227", file.toString())) {
            ctl.prints("0 created, 1 existed already, 0 bad");
        }

        var again = world.user("romeo").device("street").online();
        assertFalse(again.sees(stanza -> stanza.name().equals("message")), "what he had got he does not get again");
        assertEquals(said, archived(again));
        again.asks("<iq type='get'><vCard xmlns='vcard-temp'/></iq>")
                .is("<iq type='result' id='*'><vCard xmlns='vcard-temp'><FN>Romeo</FN></vCard></iq>");
        again.asks("<iq type='get'><query xmlns='jabber:iq:private'><e xmlns='exodus:prefs'/></query></iq>")
                .is("<iq type='result' id='*'><query xmlns='jabber:iq:private'><e xmlns='exodus:prefs'>Hamlet</e>"
                        + "</query></iq>");
        again.asks(
                        "<iq type='get'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='diary'/></pubsub></iq>")
                .is("<iq type='result' id='*'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        + "<items node='diary'><item id='1'><entry xmlns='my'/></item></items></pubsub></iq>");
        again.asks("<iq type='get'><blocklist xmlns='urn:xmpp:blocking'/></iq>")
                .is("<iq type='result' id='*'><blocklist xmlns='urn:xmpp:blocking'>"
                        + "<item jid='tybalt@kith.test'/></blocklist></iq>");
        assertEquals(
                "juliet@kith.test",
                again.asks("<iq type='get'><query xmlns='jabber:iq:roster'/></iq>")
                        .the("item")
                        .attributeOr("jid", ""));
    }

    /// When what was said by whom to whom, as the archive has it.
    private static List<String> archived(Device device) {
        var found = new ArrayList<String>();
        var after = "";
        while (true) {
            var answer = device.asks("<iq type='set'><query xmlns='urn:xmpp:mam:2' queryid='q'>"
                            + "<set xmlns='http://jabber.org/protocol/rsm'><max>50</max>" + after
                            + "</set></query></iq>")
                    .isResult();
            for (var result : device.takesResults("q")) {
                var forwarded = Objects.requireNonNull(result.find("forwarded"));
                var message = Objects.requireNonNull(forwarded.find("message"), forwarded::toString);
                found.add(Objects.requireNonNull(forwarded.find("delay")).attributeOr("stamp", "") + " "
                        + message.attributeOr("from", "").replaceAll("/.*", "") + " → "
                        + message.attributeOr("to", "").replaceAll("/.*", "") + " " + message.textOf("body"));
            }
            var fin = Objects.requireNonNull(answer.xml().find("fin"));
            if (fin.attributeOr("complete", "").equals("true")) return found;
            after = "<after>" + Objects.requireNonNull(fin.find("last")).text() + "</after>";
        }
    }

    private static Program ctl(World world, String... words) {
        var kith = Objects.requireNonNull(KithProcess.findHome()).resolve("kith");
        var command = new ArrayList<>(
                List.of(kith.toString(), "ctl", "--data", world.server().data().toString()));
        command.addAll(Arrays.asList(words));
        return Program.start(
                world,
                "the operator",
                Map.of("PWD", Path.of("").toAbsolutePath().toString()),
                command);
    }

    @Trial
    @OwnServer
    @Spec("XEP-0401")
    void who_comes_by_an_invitation_is_a_contact_and_the_invitation_is_spent(World world) throws Exception {
        var romeo = world.user("romeo").device("orchard").online();
        var answer = romeo.asks("<iq type='set' to='kith.test'><command xmlns='http://jabber.org/protocol/commands'"
                + " node='urn:xmpp:invite#invite' action='execute'/></iq>");
        answer.isResult();
        var text = answer.xml().toString();
        var page = text.replaceFirst("(?s).*(http://[^<]*/invite/[a-z0-9-]+).*", "$1");
        var code = page.substring(page.lastIndexOf('/') + 1);
        assertTrue(text.contains("?roster;preauth=" + code + ";ibr=y"), text);
        var shown = http("GET", page, null);
        assertEquals(200, shown.statusCode());
        assertTrue(shown.body().contains("invites you"), shown.body());

        var base = page.substring(0, page.indexOf("/invite/"));
        var made = http(
                "POST",
                base + "/v1/registration",
                "{\"invite\":\"" + code + "\",\"name\":\"juliet-inv\",\"password\":\"O Romeo\"}");
        assertEquals(201, made.statusCode(), made.body());
        var gone = http("GET", page, null);
        assertEquals(404, gone.statusCode());
        assertTrue(gone.body().contains("used already"), gone.body());
        var juliet =
                world.user("juliet", "juliet-inv", "O Romeo").device("balcony").online();
        romeo.gets("<presence from='juliet@kith.test/balcony'/>");
        juliet.gets("<presence from='romeo@kith.test/orchard'/>");
    }

    @Trial
    @OwnServer
    @Spec("XEP-0377")
    void a_report_reaches_the_operator(World world) {
        var juliet = world.user("juliet").device("balcony").online();
        juliet.asks("<iq type='set'><block xmlns='urn:xmpp:blocking'><item jid='tybalt@kith.test'>"
                        + "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'><text>Villain</text>"
                        + "</report></item></block></iq>")
                .isResult();
        try (var ctl = ctl(world, "reports", "list")) {
            ctl.prints("tybalt@kith.test +spam +Villain");
        }
    }
}
