package im.kith.server.preview;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.previews.Pages;
import im.kith.server.outward.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Pages over real sockets: what is fetched, and what is not.
class PageFetchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HTML = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n";

    /// Answers each connection with the next of its answers, the last one for ever.
    private static final class Site implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<String> requests = new CopyOnWriteArrayList<>();
        private volatile boolean over;

        Site(byte[]... answers) throws IOException {
            Thread.ofVirtual().start(() -> {
                for (int i = 0; !over; i++) {
                    try (var socket = listening.accept()) {
                        var head = new StringBuilder();
                        while (head.indexOf("\r\n\r\n") < 0) {
                            int next = socket.getInputStream().read();
                            if (next < 0) break;
                            head.append((char) next);
                        }
                        requests.add(head.toString());
                        socket.getOutputStream().write(answers[Math.min(i, answers.length - 1)]);
                        socket.getOutputStream().flush();
                    } catch (IOException ended) {
                        // The client went away, or the site closes: `over` says which.
                        requests.add("");
                    }
                }
            });
        }

        static Site of(String... answers) throws IOException {
            var bytes = new byte[answers.length][];
            for (int i = 0; i < answers.length; i++) bytes[i] = answers[i].getBytes(StandardCharsets.UTF_8);
            return new Site(bytes);
        }

        String url(String path) {
            return "http://127.0.0.1:" + listening.getLocalPort() + path;
        }

        @Override
        public void close() throws IOException {
            over = true;
            listening.close();
        }
    }

    private static PageFetch open() {
        return new PageFetch(_ -> true, true, PATIENCE, "Kith/test");
    }

    private static @Nullable String html(PageFetch fetch, String url) throws IOException {
        var page = fetch.page(url);
        return page == null ? null : page.html();
    }

    private static @Nullable String get(Site site) throws IOException {
        return html(open(), site.url("/page?a=b#part"));
    }

    @Test
    void a_page_is_asked_for_as_a_stranger_and_read() throws IOException {
        try (var site = Site.of(HTML + "Content-Length: 4\r\n\r\nGrüß")) {
            assertEquals("Grü", get(site));
            var request = site.requests.getFirst();
            assertTrue(request.startsWith("GET /page?a=b HTTP/1.1\r\n"), request);
            assertFalse(
                    request.toLowerCase(java.util.Locale.ROOT).matches("(?s).*(cookie|referer|authorization).*"),
                    request);
        }
    }

    @Test
    void chunks_are_put_together() throws IOException {
        try (var site = Site.of(HTML + "Transfer-Encoding: chunked\r\n\r\n4;x=y\r\nWiki\r\n6\r\npedia \r\n0\r\n\r\n")) {
            assertEquals("Wikipedia ", get(site));
        }
    }

    @Test
    void other_alphabets_are_read_as_they_are_declared() throws IOException {
        var head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<meta charset=\"iso-8859-1\"><title>";
        try (var site = new Site((head + "Caf\u00e9").getBytes(StandardCharsets.ISO_8859_1))) {
            assertEquals("<meta charset=\"iso-8859-1\"><title>Café", get(site));
        }
    }

    @Test
    void what_is_no_page_is_not_read() throws IOException {
        for (var answer : new String[] {
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<title>No</title>",
            "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG",
            "HTTP/1.1 200 OK\r\n\r\n<title>of no type</title>",
            HTML + "\r\n",
        }) {
            try (var site = Site.of(answer)) {
                assertNull(get(site), answer);
            }
        }
    }

    @Test
    void redirects_are_followed_three_times() throws IOException {
        var on = "HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n";
        try (var site = Site.of(on, on, on, HTML + "\r\nthere")) {
            assertEquals("there", get(site));
        }
        try (var site = Site.of(on)) {
            assertNull(get(site));
        }
    }

    @Test
    void only_the_beginning_of_a_page_is_read() throws IOException {
        var much = "x".repeat(PageFetch.MOST_BODY_BYTES + 1000);
        try (var site = Site.of(HTML + "\r\n" + much)) {
            assertEquals(PageFetch.MOST_BODY_BYTES, String.valueOf(get(site)).length());
        }
        var chunk = Integer.toHexString(much.length()) + "\r\n" + much + "\r\n";
        try (var site = Site.of(HTML + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk)) {
            assertEquals(PageFetch.MOST_BODY_BYTES, String.valueOf(get(site)).length());
        }
        try (var site = Site.of("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000))) {
            assertThrows(IOException.class, () -> get(site));
        }
    }

    @Test
    void a_page_that_never_ends_its_answer_is_left_when_the_time_is_over() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var fetch = new PageFetch(_ -> true, true, Duration.ofMillis(200), "Kith/test");
            assertThrows(IOException.class, () -> fetch.page("http://127.0.0.1:" + silent.getLocalPort()));
        }
    }

    @Test
    void nothing_inside_is_asked_under_whatever_name() throws IOException {
        try (var site = Site.of(HTML + "\r\nsecret")) {
            var fetch = new PageFetch(PublicAddresses::has, true, PATIENCE, "Kith/test");
            int port = site.listening.getLocalPort();
            for (var host : new String[] {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]"})
                assertThrows(IOException.class, () -> fetch.page("http://" + host + ":" + port + "/"), host);
            assertEquals(List.of(), site.requests);
        }
    }

    @Test
    void a_redirect_inside_is_not_followed() throws IOException {
        try (var inside = Site.of(HTML + "\r\nsecret")) {
            var to =
                    "HTTP/1.1 301 Moved\r\nLocation: " + inside.url("/").replace("127.0.0.1", "127.0.0.2") + "\r\n\r\n";
            try (var outside = Site.of(to)) {
                var only = InetAddress.ofLiteral("127.0.0.1");
                var fetch = new PageFetch(only::equals, true, PATIENCE, "Kith/test");
                assertThrows(IOException.class, () -> fetch.page(outside.url("/")));
                assertEquals(1, outside.requests.size());
                assertEquals(List.of(), inside.requests);
            }
        }
    }

    @Test
    void what_is_no_web_address_is_not_asked() throws IOException {
        for (var url : new String[] {
            "file:///etc/passwd",
            "ftp://example.org/",
            "https://me:secret@example.org/",
            "https:///path",
            "gopher://x",
            "http://example.org:25/",
            "http://127.1/",
            "not a url",
            "https://ex ample.org",
            "//example.org/",
            "jar:http://x!/",
            ""
        }) {
            assertNull(new PageFetch(_ -> true, false, PATIENCE, "Kith/test").page(url), url);
        }
    }

    // ---- pictures --------------------------------------------------------------------------------------------------

    private static final String IMAGE = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n";

    private static byte @Nullable [] picture(Site site, PageFetch fetch, String named) throws IOException {
        return fetch.picture(URI.create(site.url("/birds/page")), named);
    }

    @Test
    void a_picture_is_fetched_from_where_its_page_says() throws IOException {
        try (var site = Site.of(IMAGE + "Content-Length: 3\r\n\r\nabc")) {
            for (var named : new String[] {"robin.png", "/birds/robin.png", site.url("/birds/robin.png")}) {
                assertArrayEquals(new byte[] {'a', 'b', 'c'}, picture(site, open(), named));
                assertTrue(site.requests.getLast().startsWith("GET /birds/robin.png HTTP/1.1\r\n"), named);
            }
            for (var named : new String[] {"data:image/png;base64,AAAA", "file:///etc/passwd", "a b", "javascript:1"})
                assertNull(picture(site, open(), named), named);
            assertEquals(3, site.requests.size());
        }
    }

    @Test
    void what_is_no_picture_or_a_large_one_is_left() throws IOException {
        var large = "x".repeat(PageFetch.MOST_PICTURE_BYTES + 1);
        for (var answer : new String[] {
            HTML + "\r\n<title>a</title>",
            "HTTP/1.1 404 Not Found\r\nContent-Type: image/png\r\n\r\nabc",
            IMAGE + "Content-Length: " + large.length() + "\r\n\r\n" + large,
            IMAGE + "\r\n" + large,
            IMAGE + "\r\n",
        }) {
            try (var site = Site.of(answer)) {
                assertNull(picture(site, open(), "a.png"));
            }
        }
    }

    @Test
    void no_picture_is_asked_for_inside_also_by_redirect() throws IOException {
        try (var inside = Site.of(IMAGE + "\r\nsecret")) {
            var there = inside.url("/").replace("127.0.0.1", "127.0.0.2");
            try (var outside = Site.of("HTTP/1.1 302 Found\r\nLocation: " + there + "\r\n\r\n")) {
                var only = InetAddress.ofLiteral("127.0.0.1");
                var fetch = new PageFetch(only::equals, true, PATIENCE, "Kith/test");
                assertThrows(IOException.class, () -> picture(outside, fetch, "/a.png"));
                assertThrows(IOException.class, () -> picture(outside, fetch, there));
                assertEquals(1, outside.requests.size());
                assertEquals(List.of(), inside.requests);
            }
        }
    }

    // ---- addresses -------------------------------------------------------------------------------------------------

    @Test
    void the_public_internet_is_public_and_nothing_else() {
        for (var address : new String[] {
            "8.8.8.8", "100.63.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "2600::1", "2a00:1450::8a"
        }) assertTrue(PublicAddresses.has(InetAddress.ofLiteral(address)), address);
        for (var address : new String[] {
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "::7f00:1"
        }) {
            assertFalse(PublicAddresses.has(InetAddress.ofLiteral(address)), address);
        }
    }

    // ---- for accounts ----------------------------------------------------------------------------------------------

    @Test
    void a_page_is_fetched_once_for_all_and_each_account_asks_so_often() throws IOException {
        var now = new AtomicLong(1_700_000_000_000L);
        try (var site = Site.of(HTML + "\r\n<title>Here</title>");
                var pages = new FetchedPages(_ -> true, true, PATIENCE, "Kith/test", now::get)) {
            var url = site.url("/");
            var found = new Pages.Answer.Found(new Pages.Page("Here", "", "", false));
            for (int i = 0; i < FetchedPages.PER_MINUTE; i++) assertEquals(found, look(pages, "romeo", url));
            assertEquals(1, site.requests.size());
            assertInstanceOf(Pages.Answer.AskedTooMuch.class, look(pages, "romeo", url));
            assertEquals(found, look(pages, "juliet", url), "others may");
            now.addAndGet(60_000);
            assertEquals(found, look(pages, "romeo", url));
            now.addAndGet(FetchedPages.KNOWN_FOR.toMillis());
            assertEquals(found, look(pages, "romeo", url));
            assertEquals(2, site.requests.size());
        }
    }

    @Test
    void what_cannot_be_reached_is_nothing_and_is_not_tried_again_at_once() throws IOException {
        var now = new AtomicLong();
        try (var pages = new FetchedPages(false, "Kith/test", now::get)) {
            var answers = new ArrayList<Pages.Answer>();
            for (int i = 0; i < 3; i++) answers.add(look(pages, "romeo", "http://127.0.0.1/"));
            assertEquals(
                    List.of(new Pages.Answer.Nothing(), new Pages.Answer.Nothing(), new Pages.Answer.Nothing()),
                    answers);
            assertEquals(1, pages.fetched());
        }
    }

    @Test
    void the_picture_of_a_page_is_had_under_the_pages_address_alone() throws IOException {
        var now = new AtomicLong(1_700_000_000_000L);
        var page = HTML + "\r\n<title>Here</title><meta property=og:image content=/no><link rel=icon href=/yes.gif>";
        var gif = "HTTP/1.1 200 OK\r\nContent-Type: image/x-whatever\r\n\r\nGIF89a\u0002\0\u0001\0";
        try (var site = Site.of(page, HTML + "\r\nno", gif);
                var pages = new FetchedPages(_ -> true, true, PATIENCE, "Kith/test", now::get)) {
            var url = site.url("/");
            for (int i = 0; i < FetchedPages.PER_MINUTE; i++) {
                var picture = assertInstanceOf(Pages.Answer.Picture.class, picture(pages, "romeo", url));
                assertEquals("image/gif", picture.type(), "as its bytes say");
            }
            assertEquals(3, site.requests.size(), "the page, what it names first, what it names then; once each");
            assertInstanceOf(Pages.Answer.AskedTooMuch.class, picture(pages, "romeo", url));
            assertInstanceOf(Pages.Answer.Found.class, look(pages, "romeo", url), "pages are counted by themselves");
        }
    }

    @Test
    void a_page_without_a_picture_that_can_be_shown_has_none() throws IOException {
        var now = new AtomicLong();
        var svg = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<svg xmlns='http://www.w3.org/2000/svg'/>";
        try (var site = Site.of(HTML + "\r\n<title>a</title><meta property=og:image content=/a.png>", svg);
                var pages = new FetchedPages(_ -> true, true, PATIENCE, "Kith/test", now::get)) {
            assertInstanceOf(Pages.Answer.Nothing.class, picture(pages, "romeo", site.url("/")));
        }
    }

    private static Pages.Answer picture(Pages pages, String account, String url) {
        return pages.picture(account, url).toCompletableFuture().join();
    }

    private static Pages.Answer look(Pages pages, String account, String url) {
        return pages.look(account, url).toCompletableFuture().join();
    }
}
