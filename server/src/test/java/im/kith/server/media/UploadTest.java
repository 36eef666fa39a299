package im.kith.server.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.upload.Uploads.Answer;
import im.kith.server.feature.upload.Uploads.Wish;
import im.kith.xmpp.StanzaError.Condition;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What a slot permits, to whom one is given, and what an upload that fails leaves: nothing.
class UploadTest extends MediaStage {

    @Test
    void a_slot_is_for_one_file_as_it_was_asked_for() throws Exception {
        var slot = slot("a.jpg", 1000, "image/jpeg");
        var forged = slot.put().substring(0, slot.put().length() - 2) + "AA";
        assertEquals(403, put(forged, bytes(1000)).statusCode());
        assertEquals(403, put(slot.get(), bytes(1000)).statusCode());
        var other = slot("b.jpg", 1000, "image/jpeg");
        var mixed = other.get() + slot.put().substring(slot.put().indexOf('?'));
        assertEquals(403, put(mixed, bytes(1000)).statusCode());
        assertEquals(413, put(slot.put(), bytes(1001)).statusCode());
        assertEquals(400, put(slot.put(), bytes(999)).statusCode());
        assertEquals(
                415, put(slot.put(), bytes(1000), "Content-Type", "text/html").statusCode());
        assertEquals(
                201, put(slot.put(), bytes(1000), "Content-Type", "image/jpeg").statusCode());
        assertEquals(
                409, put(slot.put(), bytes(1000), "Content-Type", "image/jpeg").statusCode());
        clock.addAndGet(Duration.ofMinutes(5).toMillis());
        assertEquals(
                403, put(other.put(), bytes(1000), "Content-Type", "image/jpeg").statusCode());
    }

    @Test
    void a_slot_may_come_in_the_header_that_goes_with_it() throws Exception {
        var slot = slot("a.txt", 5, "text/plain");
        var other = slot("a.txt", 5, "text/plain");
        assertEquals(
                403,
                put(slot.get(), bytes(5), "Authorization", other.authorization())
                        .statusCode());
        assertEquals(403, put(slot.get(), bytes(5), "Authorization", "Basic a").statusCode());
        assertEquals(
                201,
                put(slot.get(), bytes(5), "Authorization", slot.authorization()).statusCode());
    }

    @Test
    void a_page_of_another_origin_may_ask() throws Exception {
        var slot = slot("a.txt", 10, "text/plain");
        var answer = send(
                HttpRequest.newBuilder(URI.create(slot.put())).method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertEquals(204, answer.statusCode());
        assertTrue(answer.headers()
                .firstValue("access-control-allow-methods")
                .orElseThrow()
                .contains("PUT"));
        assertEquals(
                "*",
                put(slot.put(), bytes(11))
                        .headers()
                        .firstValue("access-control-allow-origin")
                        .orElseThrow());
    }

    @Test
    void a_body_without_length_is_refused() throws Exception {
        var slot = slot("a.jpg", 1000, "image/jpeg");
        var body = HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(bytes(1000)));
        assertEquals(
                411,
                send(HttpRequest.newBuilder(URI.create(slot.put()))
                                .version(HttpClient.Version.HTTP_1_1)
                                .PUT(body))
                        .statusCode());
    }

    @Test
    void half_an_upload_disappears_and_its_slot_is_free_again() throws Exception {
        var slot = slot("a.jpg", 2_000_000, "");
        var uri = URI.create(slot.put());
        try (var socket = new Socket("127.0.0.1", uri.getPort())) {
            var head = "PUT " + uri.getRawPath() + "?" + uri.getRawQuery()
                    + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', socket.getInputStream().read());
            assertEquals(409, put(slot.put(), bytes(2_000_000)).statusCode());
            socket.getOutputStream().write(bytes(1_000_000));
        }
        // The server learns of the end in its own time; the slot is free from then on.
        int status;
        do status = put(slot.put(), bytes(2_000_000)).statusCode();
        while (status == 409);
        assertEquals(201, status);
        keeps(1);
    }

    @Test
    void a_full_disk_is_answered_with_507_and_leaves_nothing() throws Exception {
        var slot = slot("a.jpg", 2_000_000, "");
        var path = URI.create(slot.put());
        end();
        start(Long.MAX_VALUE);
        var answer = put(here(path.getRawPath() + "?" + path.getRawQuery()), bytes(2_000_000));
        assertEquals(507, answer.statusCode());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElseThrow());
        assertInstanceOf(Answer.Refused.class, now(uploads.slot("romeo", new Wish("b", 1, "", 0))));
    }

    @Test
    void the_quota_counts_what_there_is_and_what_is_coming() throws Exception {
        for (int i = 0; i < 2; i++) upload("a" + i, bytes(4_000_000), "application/octet-stream");
        var first = slot("b", 2_000_000, "");
        var second = slot("c", 1_000_000, "");
        assertEquals(201, put(first.put(), bytes(2_000_000)).statusCode());
        var answer = put(second.put(), bytes(1_000_000));
        assertEquals(507, answer.statusCode());
        var problem = new String(answer.body(), StandardCharsets.UTF_8);
        assertTrue(problem.contains("\"used\":10000000") && problem.contains("\"allowed\":10000000"), problem);
        var refused = assertInstanceOf(Answer.Refused.class, now(uploads.slot("romeo", new Wish("d", 1, "", 0))));
        assertTrue(refused.error().toElement().toString().contains("retry"));
        assertInstanceOf(Answer.Granted.class, now(uploads.slot("juliet", new Wish("d", 1, "", 0))));
    }

    @Test
    void a_gallery_goes_at_once_and_who_asks_on_and_on_has_to_wait() {
        for (int i = 0; i < SlotAllowance.AT_ONCE; i++) slot(i + ".jpg", 1, "image/jpeg");
        var wish = new Wish("more.jpg", 1, "image/jpeg", 0);
        var refused = assertInstanceOf(Answer.Refused.class, now(uploads.slot("romeo", wish)));
        assertEquals(Condition.RESOURCE_CONSTRAINT, refused.error().condition());
        var stamp = Instant.ofEpochMilli(clock.get() + SlotAllowance.PAUSE_MILLIS);
        assertTrue(refused.error().toElement().toString().contains(stamp.toString()), refused::toString);
        assertInstanceOf(Answer.Granted.class, now(uploads.slot("juliet", wish)));
        clock.addAndGet(SlotAllowance.PAUSE_MILLIS);
        slot("more.jpg", 1, "image/jpeg");
        assertInstanceOf(Answer.Refused.class, now(uploads.slot("romeo", wish)));
        clock.addAndGet(100 * SlotAllowance.PAUSE_MILLIS * SlotAllowance.AT_ONCE);
        for (int i = 0; i < SlotAllowance.AT_ONCE; i++) slot(i + ".jpg", 1, "image/jpeg");
        assertInstanceOf(Answer.Refused.class, now(uploads.slot("romeo", wish)));
    }
}
