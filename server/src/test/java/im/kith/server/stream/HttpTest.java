package im.kith.server.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.account.Event;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.server.net.Network.Kind;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// HTTP, and XMPP over WebSocket, on one port.
@NullUnmarked
class HttpTest extends EndpointStage {

    private String base;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws IOException {
        start(
                Settings.of("kith.test").listening(null, null, LOOPBACK).plainWithoutTls(true),
                null,
                List.of(),
                List.of(
                        Route.get(
                                "/hello/{name}",
                                r -> now(Response.of(200, "text/plain", r.parameter("name") + r.query("q")))),
                        Route.get("/broken", r -> CompletableFuture.failedStage(new IllegalStateException("secret"))),
                        Route.get("/thrown", r -> {
                            throw new IllegalStateException("secret");
                        }),
                        new Route(
                                "POST",
                                "/echo",
                                100,
                                r -> CompletableFuture.supplyAsync(
                                        () -> new Response(200, "text/plain", java.util.Map.of(), r.body())))));
        var address = endpoints.boundAddresses().get(Kind.HTTP);
        base = "127.0.0.1:" + address.getPort();
    }

    @AfterEach
    @Override
    void stop() {
        client.close();
        super.stop();
    }

    private static CompletionStage<Response> now(Response response) {
        return CompletableFuture.completedStage(response);
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        var publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + base + path))
                        .method(method, publisher)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /hello/a%20b?q=1,  ,   200",
        "HEAD,   /hello/you,        ,   200",
        "GET,    /nowhere,          ,   404",
        "GET,    /hello,            ,   404",
        "DELETE, /hello/you,        ,   405",
        "GET,    /broken,           ,   500",
        "GET,    /thrown,           ,   500",
        "POST,   /echo,             hi, 200",
        "POST,   /nowhere,          hi, 404",
        "GET,    /hello/%zz,        ,   400",
        "GET,    /ws,               ,   426",
    })
    void a_request_gets_its_status(String method, String path, String body, int status) throws Exception {
        if (path.contains("%zz")) {
            assertTrue(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 " + status));
            return;
        }
        var response = ask(method, path, body);
        assertEquals(status, response.statusCode());
        if (status >= 400) {
            assertEquals(
                    "application/problem+json",
                    response.headers().firstValue("content-type").orElseThrow());
            assertTrue(response.body().contains("\"status\":" + status));
            assertTrue(!response.body().contains("secret"));
        }
        assertEquals(
                "nosniff",
                response.headers().firstValue("x-content-type-options").orElseThrow());
    }

    @Test
    void names_and_queries_are_decoded() throws Exception {
        assertEquals("a b1", ask("GET", "/hello/a%20b?q=1", null).body());
        assertEquals("a+b1", ask("GET", "/hello/a+b?q=1", null).body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /echo HTTP/1.1|Content-Length: 101|413",
                "POST /echo HTTP/1.1|Transfer-Encoding: chunked|413",
                "FOO BAR|X: y|400",
                "GET /hello/x HTTP/1.1|Big: @|431",
                "GET /@ HTTP/1.1|X: y|414",
            })
    void a_bad_request_is_refused_at_once(String line, String header, int status) throws Exception {
        var big = "x".repeat(20_000);
        var body = header.contains("chunked") ? "65\r\n" + "y".repeat(0x65) + "\r\n" : "";
        var answer = raw(line.replace("@", big) + "\r\nHost: x\r\n" + header.replace("@", big) + "\r\n\r\n" + body);
        assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    }

    /// A peer that is reset while it writes does not get to read why it was refused.
    @ParameterizedTest
    @CsvSource({"/echo, 413", "/nowhere, 404"})
    void who_is_refused_may_write_on_and_gets_to_read_the_answer(String path, int status) throws Exception {
        var body = "y".repeat(8_000_000);
        var answer = raw("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n" + body);
        assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    }

    @Test
    void pipelined_requests_are_answered_in_order_on_one_connection() throws Exception {
        var request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
        var answer =
                raw(request + "1" + request + "2" + "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertTrue(answer.indexOf("\r\n\r\n1HTTP") > 0, answer);
        assertTrue(answer.indexOf("\r\n\r\n2HTTP/1.1 404") > 0, answer);
    }

    /// Sends this and reads until the server closes.
    private String raw(String text) throws IOException {
        var parts = base.split(":");
        try (var socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void host_meta_names_the_web_socket() throws Exception {
        assertTrue(ask("GET", "/.well-known/host-meta", null).body().contains("href='ws://" + base + "/ws'"));
        assertTrue(
                ask("GET", "/.well-known/host-meta.json", null).body().contains("\"href\":\"ws://" + base + "/ws\""));
    }

    /// The messages of a WebSocket, as they come.
    private static final class Messages implements WebSocket.Listener {
        final LinkedBlockingQueue<String> got = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                got.add(part.toString());
                part.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            got.add("closed " + status);
            return null;
        }

        String next() throws InterruptedException {
            var text = got.poll(60, TimeUnit.SECONDS);
            if (text == null) throw new AssertionError("nothing within 60 s");
            return text;
        }
    }

    private static final String OPEN =
            "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='kith.test' version='1.0'/>";

    @Test
    void a_web_socket_signs_in_and_gets_documents() throws Exception {
        var messages = new Messages();
        var socket = client.newWebSocketBuilder()
                .subprotocols("xmpp")
                .buildAsync(URI.create("ws://" + base + "/ws"), messages)
                .join();
        socket.sendText(OPEN, true).join();
        assertTrue(messages.next().startsWith("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'"));
        assertTrue(messages.next().startsWith("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"));
        // Cut anywhere.
        var auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHJvbWVvAHNlY3JldA==</auth>";
        socket.sendText(auth.substring(0, 10), false).join();
        socket.sendText(auth.substring(10), true).join();
        assertEquals("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", messages.next());
        socket.sendText(OPEN, true).join();
        messages.next();
        messages.next();
        socket.sendText(
                        "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
                        true)
                .join();
        assertTrue(messages.next().startsWith("<iq xmlns='jabber:client'"));
        var body = "x".repeat(70_000);
        socket.sendText("<message xmlns='jabber:client'><body>" + body + "</body></message>", true)
                .join();
        var echo = messages.next();
        assertTrue(
                echo.startsWith("<message xmlns='jabber:client' from='romeo@kith.test/made'>"), echo.substring(0, 80));
        assertTrue(echo.contains(body));
        socket.sendText("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", true)
                .join();
        assertEquals("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", messages.next());
        assertEquals("closed 1000", messages.next());
        accounts.next(Event.Closed.class);
        accounts.next(Event.Gone.class);
        assertTrue(accounts.events.isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<open xmlns='wrong' to='kith.test' version='1.0'/>|invalid-namespace",
                "<message xmlns='jabber:client'/>|bad-format",
                "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='other' version='1.0'/>|host-unknown",
                "<open|not-well-formed",
                "<!DOCTYPE x><x/>|restricted-xml",
            })
    void a_bad_document_ends_the_stream(String text, String condition) throws Exception {
        var messages = new Messages();
        var socket = client.newWebSocketBuilder()
                .subprotocols("xmpp")
                .buildAsync(URI.create("ws://" + base + "/ws"), messages)
                .join();
        socket.sendText(text, true).join();
        assertTrue(messages.next().startsWith("<open"));
        var error = messages.next();
        assertTrue(error.startsWith("<stream:error xmlns:stream="), error);
        assertTrue(error.contains("<" + condition + " "), error);
        assertTrue(messages.next().startsWith("<close"));
        assertEquals("closed 1000", messages.next());
    }
}
