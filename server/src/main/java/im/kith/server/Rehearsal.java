package im.kith.server;

import im.kith.server.config.BadConfig;
import im.kith.server.config.ConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/// A short life of the real server under the eyes of the JVM, which keeps what it saw for later starts (JEP 514, 515):
/// start, a few people who sign in and talk, end. `./kith build` calls it; nobody else needs it.
final class Rehearsal {

    private static final int ROUNDS = 300;
    /// Rounds in which many messages are on their way at once: what a busy server's profiles look like.
    private static final int BUSY_ROUNDS = 1_200;

    private static final int AT_ONCE = 32;
    private static final String DOMAIN = "rehearsal.kith";

    private Rehearsal() {}

    static void run() throws Refusal, BadConfig {
        Path data = null;
        try {
            data = Files.createTempDirectory("kith-rehearsal-");
            var config = ConfigReader.read(
                    null,
                    List.of(
                            "domain=" + DOMAIN,
                            "data=" + data,
                            "listen.xmpp=127.0.0.1:0",
                            "listen.xmpps=127.0.0.1:0",
                            "listen.http=127.0.0.1:0",
                            "listen.https=",
                            "listen.stun=127.0.0.1:0",
                            "auth.plain-without-tls=true",
                            "registration.mode=open"));
            var kith = Kith.start(config, System.out);
            play(kith);
            kith.end();
        } catch (IOException e) {
            throw new Refusal(1, "the rehearsal failed: " + e);
        } finally {
            if (data != null) remove(data);
        }
    }

    private static void play(Kith kith) throws IOException {
        var http = kith.httpAddress();
        try (var client = HttpClient.newHttpClient()) {
            for (var name : List.of("romeo", "juliet")) {
                var request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + http.getPort() + "/v1/registration"))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"name\":\"" + name + "\",\"password\":\"rehearsal\"}"))
                        .build();
                client.send(request, HttpResponse.BodyHandlers.ofString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        int port = kith.xmppAddress().getPort();
        try (var romeo = new Player(port, "romeo");
                var juliet = new Player(port, "juliet")) {
            for (int i = 0; i < ROUNDS; i++) {
                romeo.say("juliet", i);
                juliet.awaitText("line " + i + "<");
                juliet.say("romeo", i);
                romeo.awaitText("line " + i + "<");
            }
            for (int i = 0; i < BUSY_ROUNDS; i++) {
                for (int k = 0; k < AT_ONCE; k++) {
                    romeo.say("juliet", k);
                    juliet.say("romeo", k);
                }
                juliet.awaitText("line " + (AT_ONCE - 1) + "<");
                romeo.awaitText("line " + (AT_ONCE - 1) + "<");
            }
        }
    }

    private static void remove(Path directory) {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException e) {
            System.err.println("left behind: " + directory + " (" + e.getMessage() + ")");
        }
    }

    /// A client that knows just enough XMPP; it looks for words in what it gets.
    private static final class Player implements AutoCloseable {

        private static final Pattern PING =
                Pattern.compile("<iq [^>]*id=['\"](kith-[^'\"]+)['\"][^>]*><ping xmlns=['\"]urn:xmpp:ping['\"]/></iq>");

        private final Socket socket;
        private final StringBuilder heard = new StringBuilder();

        Player(int port, String name) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(30_000);
            open("</stream:features>");
            var secret = ("\0" + name + "\0rehearsal").getBytes(StandardCharsets.UTF_8);
            send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                    + Base64.getEncoder().encodeToString(secret) + "</auth>");
            awaitText("<success");
            open("</stream:features>");
            send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
            awaitText("</iq>");
            send("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq><presence/>");
            awaitText("id='roster'");
        }

        private void open(String until) throws IOException {
            send(
                    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='"
                            + DOMAIN + "'>");
            awaitText(until);
        }

        void say(String to, int number) throws IOException {
            send("<message type='chat' id='" + number + "' to='" + to + "@" + DOMAIN + "'><body>line " + number
                    + "</body></message>");
        }

        private void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        /// Forgets all up to there.
        void awaitText(String words) throws IOException {
            InputStream in = socket.getInputStream();
            var buffer = new byte[8192];
            while (true) {
                var wanted = words.replace('\'', '"');
                int at = heard.toString().replace('\'', '"').indexOf(wanted);
                if (at >= 0) {
                    heard.delete(0, at + words.length());
                    return;
                }
                int count = in.read(buffer);
                if (count < 0) throw new IOException("the server hung up; it last said: " + heard);
                heard.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
                answerPings();
            }
        }

        /// Whoever does not say that it is there gets nothing more after a while (XEP-0199).
        private void answerPings() throws IOException {
            var ping = PING.matcher(heard);
            while (ping.find()) send("<iq type='result' id='" + ping.group(1) + "'/>");
            heard.replace(0, heard.length(), ping.replaceAll(""));
        }

        @Override
        public void close() throws IOException {
            send("</stream:stream>");
            socket.close();
        }
    }
}
