package im.kith.server.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is answered to who fetches a file: its bytes or a part of them, and nothing that runs in our origin.
class DownloadTest extends MediaStage {

    @Test
    void what_goes_in_comes_out() throws Exception {
        var content = bytes(3_000_000);
        var url = upload("très cool.jpg", content, "image/jpeg");
        assertTrue(url.endsWith("/tr%C3%A8s%20cool.jpg"), url);
        var answer = get(url);
        assertEquals(200, answer.statusCode());
        assertArrayEquals(content, answer.body());
        assertEquals("image/jpeg", answer.headers().firstValue("content-type").orElseThrow());
        assertEquals(
                "inline; filename*=UTF-8''tr%C3%A8s%20cool.jpg",
                answer.headers().firstValue("content-disposition").orElseThrow());
        assertEquals(
                "*", answer.headers().firstValue("access-control-allow-origin").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html|evil.html|application/octet-stream|attachment",
                "image/svg+xml|evil.svg|application/octet-stream|attachment",
                "application/xhtml+xml; charset=utf-8|evil.xhtml|application/octet-stream|attachment",
                "text/javascript|evil.js|application/octet-stream|attachment",
                "text/plain|note.txt|text/plain|attachment",
                "application/pdf|paper.pdf|application/pdf|attachment",
                "video/mp4|film.mp4|video/mp4|inline",
                "AUDIO/OGG; codecs=opus|voice.ogg|audio/ogg|inline",
            })
    void no_upload_runs_in_our_origin(String type, String name, String servedAs, String disposition) throws Exception {
        var answer = get(upload(name, bytes(10), type));
        var headers = answer.headers();
        assertEquals(servedAs, headers.firstValue("content-type").orElseThrow());
        assertTrue(headers.firstValue("content-disposition").orElseThrow().startsWith(disposition));
        assertEquals("nosniff", headers.firstValue("x-content-type-options").orElseThrow());
        var policy = headers.firstValue("content-security-policy").orElseThrow();
        assertTrue(policy.contains("default-src 'none'") && policy.contains("sandbox"), policy);
        assertFalse(policy.contains("allow-"), policy);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-3,       206, 0,  4",
        "bytes=4-,        206, 4,  6",
        "bytes=-3,        206, 7,  3",
        "bytes=-100,      206, 0, 10",
        "bytes=8-100,     206, 8,  2",
        "bytes=10-,       416, 0,  0",
        "bytes=-0,        416, 0,  0",
        "bytes=5-4,       200, 0, 10",
        "'bytes=0-1,3-4', 200, 0, 10",
        "lines=1-2,       200, 0, 10",
    })
    void a_part_is_to_be_had(String range, int status, int from, int count) throws Exception {
        var content = "0123456789".getBytes(StandardCharsets.US_ASCII);
        var answer = get(upload("a.txt", content, "text/plain"), "Range", range);
        assertEquals(status, answer.statusCode());
        if (status == 416) {
            assertEquals(
                    "bytes */10", answer.headers().firstValue("content-range").orElseThrow());
            return;
        }
        assertEquals("0123456789".substring(from, from + count), new String(answer.body(), StandardCharsets.US_ASCII));
        if (status == 206) {
            assertEquals(
                    "bytes %d-%d/10".formatted(from, from + count - 1),
                    answer.headers().firstValue("content-range").orElseThrow());
        }
    }

    @Test
    void conditions_are_kept() throws Exception {
        var url = upload("a.txt", bytes(10), "text/plain");
        var head = get(url).headers();
        var tag = head.firstValue("etag").orElseThrow();
        var modified = head.firstValue("last-modified").orElseThrow();
        assertEquals(304, get(url, "If-None-Match", tag).statusCode());
        assertEquals(304, get(url, "If-None-Match", "\"other\", W/" + tag).statusCode());
        assertEquals(304, get(url, "If-Modified-Since", modified).statusCode());
        assertEquals(200, get(url, "If-None-Match", "\"other\"").statusCode());
        assertEquals(412, get(url, "If-Match", "\"other\"").statusCode());
        assertEquals(200, get(url, "If-Match", tag).statusCode());
        assertEquals(206, get(url, "If-Range", tag, "Range", "bytes=1-2").statusCode());
        assertEquals(
                200, get(url, "If-Range", "\"other\"", "Range", "bytes=1-2").statusCode());
    }

    @Test
    void head_tells_all_but_the_bytes() throws Exception {
        var url = upload("a.txt", bytes(1234), "text/plain");
        var answer = send(HttpRequest.newBuilder(URI.create(url)).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals(200, answer.statusCode());
        assertEquals("1234", answer.headers().firstValue("content-length").orElseThrow());
        assertEquals(0, answer.body().length);
    }

    @Test
    void nobody_finds_a_file_by_trying() throws Exception {
        var base = upload("a.bin", bytes(50), "application/octet-stream").replaceFirst("/media/.*", "/media/");
        for (var path : List.of("x/a.bin", "..%2F..%2Fetc%2Fpasswd/a", "stays-AAAAAAAAAAAAAAAAAAAAAA/a.bin")) {
            assertEquals(404, get(base + path).statusCode());
        }
    }

    @Test
    void a_connection_serves_one_file_after_another() throws Exception {
        var url = URI.create(upload("a.bin", bytes(100_000), "application/octet-stream"));
        try (var socket = new Socket("127.0.0.1", url.getPort())) {
            socket.setSoTimeout(60_000);
            var request = "GET " + url.getRawPath() + " HTTP/1.1\r\nHost: x\r\n";
            socket.getOutputStream()
                    .write((request + "\r\n" + request + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            var body = new String(bytes(100_000), StandardCharsets.ISO_8859_1);
            assertTrue(all.indexOf(body) > 0 && all.lastIndexOf(body) > all.indexOf(body));
        }
    }
}
