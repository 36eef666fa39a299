package im.kith.server.media;

import im.kith.server.http.FileBody;
import im.kith.server.http.Intake.Opening;
import im.kith.server.http.Json;
import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import im.kith.store.Blobs;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Uploads over HTTP: PUT into a slot, GET by everybody who knows the URL (XEP-0363 §3).
///
/// ```text
/// PUT     /media/{id}/{name}?slot=…   201 | 400 403 409 411 413 415 507
/// GET     /media/{id}/{name}          200 206 304 | 404 412 416; also HEAD
/// DELETE  /media/{id}/{name}?slot=…   204 | 403 404: with the URL that it was uploaded to
/// OPTIONS /media/{id}/{name}          204, for pages of other origins
/// ```
///
/// The slot may also come as `Authorization: Bearer …`.
public final class MediaRoutes {

    private static final String PATH = "/media/{id}/{name}";
    static final String SCHEME = "Bearer ";
    private static final String CACHING = "private, max-age=86400, immutable";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private final Media media;

    public MediaRoutes(Media media) {
        this.media = media;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(PATH, this::get),
                Route.streaming("PUT", PATH, request -> open(request).thenApply(MediaRoutes::crossOrigin)),
                new Route("DELETE", PATH, 0, this::delete),
                new Route("OPTIONS", PATH, 0, _ -> done(options())));
    }

    /// Where a file is, below the address of the HTTP service.
    static String path(String id, String name) {
        return "/media/" + id + "/" + Served.encoded(name);
    }

    // ---- in --------------------------------------------------------------------------------------------------------

    private CompletionStage<Opening> open(Request request) {
        var slot = slot(request);
        if (slot == null) {
            return refused(403, "No slot", "Ask the upload service for a slot (XEP-0363), and use its URL as it is.");
        }
        if (media.clock.getAsLong() >= slot.goodUntilMillis()) {
            return refused(403, "Slot expired", "Ask for a new slot, and begin at once.");
        }
        var length = request.header("content-length");
        if (length == null) return refused(411, "Length required", "Send Content-Length: " + slot.bytes() + ".");
        if (!length.equals(Long.toString(slot.bytes()))) {
            boolean larger = length.matches("\\d{1,18}") && Long.parseLong(length) > slot.bytes();
            return refused(
                    larger ? 413 : 400,
                    "Other size",
                    "The slot is for " + slot.bytes() + " bytes, the request has " + length + ".");
        }
        var type = request.header("content-type");
        boolean other =
                type != null && !slot.type().isEmpty() && !Served.plain(type).equals(Served.plain(slot.type()));
        if (other) return refused(415, "Other type", "The slot is for " + slot.type() + ".");
        var actual = slot.type().isEmpty() && type != null
                ? new Slot(
                        slot.id(),
                        slot.owner(),
                        slot.name(),
                        slot.bytes(),
                        Served.plain(type),
                        slot.goodUntilMillis(),
                        slot.expiresMillis())
                : slot;
        return media.find(slot.id())
                .thenCompose(known -> known != null || !media.begin(actual)
                        ? refused(409, "Used", "Something was uploaded into this slot. Ask for a new one.")
                        : begin(actual));
    }

    /// The slot that the request names and that is for its address, or null.
    private @Nullable Slot slot(Request request) {
        var word = request.query("slot");
        var header = request.header("authorization");
        if (word == null && header != null && header.startsWith(SCHEME)) word = header.substring(SCHEME.length());
        var slot = word == null ? null : Slot.verified(word, media.secret);
        return slot != null && slot.id().equals(request.parameter("id")) ? slot : null;
    }

    private CompletionStage<Opening> begin(Slot slot) {
        return media.usedBytes(slot.owner())
                .thenCompose(used -> {
                    if (used > media.terms.quotaBytes()) return done(new Opening.Refused(overQuota(used, slot)));
                    return media.draft()
                            .<Opening>thenApply(draft -> new Opening.Accepted(new Uploading(media, slot, draft)));
                })
                .whenComplete((opening, fault) -> {
                    if (fault != null || opening instanceof Opening.Refused) media.end(slot);
                });
    }

    private Response overQuota(long used, Slot slot) {
        return Json.problem(
                507,
                "Quota reached",
                "With this file you would have %d bytes of uploads; %d are allowed. Delete some first."
                        .formatted(used, media.terms.quotaBytes()),
                Map.of("used", used - slot.bytes(), "allowed", media.terms.quotaBytes()));
    }

    private static CompletionStage<Opening> refused(int status, String title, String detail) {
        return done(new Opening.Refused(Response.problem(status, title, detail)));
    }

    private static Opening crossOrigin(Opening opening) {
        return opening instanceof Opening.Refused refused
                ? new Opening.Refused(crossOrigin(refused.response()))
                : opening;
    }

    /// Whoever has the slot's URL has uploaded the file: nobody else ever got it.
    private CompletionStage<Response> delete(Request request) {
        var slot = slot(request);
        if (slot == null) {
            return done(crossOrigin(Response.problem(
                    403, "No slot", "Send the URL that the file was uploaded to, with its slot, or ask by XMPP.")));
        }
        return media.remove(slot.owner(), slot.id())
                .thenApply(removed -> crossOrigin(removed ? Response.of(204, "text/plain", "") : gone()));
    }

    // ---- out -------------------------------------------------------------------------------------------------------

    private CompletionStage<Response> get(Request request) {
        return media.find(request.parameter("id"))
                .thenCompose(upload -> {
                    if (upload == null) return done(gone());
                    var early = early(request, upload);
                    if (early != null) return done(early);
                    return media.blob(upload).thenApply(blob -> blob == null ? gone() : sent(request, upload, blob));
                })
                .thenApply(MediaRoutes::crossOrigin);
    }

    private static Response gone() {
        return Response.problem(404, "Not found", "There is no such file, or not any more.");
    }

    private static String tag(Upload upload) {
        return '"' + upload.hash().substring(0, 32) + '"';
    }

    private static String modified(Upload upload) {
        return DATE.format(Instant.ofEpochMilli(upload.createdMillis()).atZone(ZoneOffset.UTC));
    }

    /// What the conditions of the request decide without the file (RFC 9110 §13.2.2), or null.
    private static @Nullable Response early(Request request, Upload upload) {
        var match = request.header("if-match");
        if (match != null && !lists(match, upload)) {
            return Response.problem(412, "Precondition failed", "The file is another one.");
        }
        var noneMatch = request.header("if-none-match");
        boolean same =
                noneMatch != null ? lists(noneMatch, upload) : isUnchanged(request.header("if-modified-since"), upload);
        return same ? described(Response.of(304, Served.type(upload.type()), ""), upload) : null;
    }

    private static boolean lists(String tags, Upload upload) {
        if (tags.strip().equals("*")) return true;
        for (var tag : tags.split(",", -1)) {
            if (tag.strip().replaceFirst("^W/", "").equals(tag(upload))) return true;
        }
        return false;
    }

    private static boolean isUnchanged(@Nullable String since, Upload upload) {
        if (since == null) return false;
        try {
            long seconds = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(since))
                    .getEpochSecond();
            return upload.createdMillis() / 1000 <= seconds;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static Response sent(Request request, Upload upload, Blobs.Blob blob) {
        var condition = request.header("if-range");
        boolean parted = condition == null || condition.equals(tag(upload)) || condition.equals(modified(upload));
        // A range is of a GET only (RFC 9110 §14.2).
        var range =
                parted && request.method().equals("GET") ? ByteRange.of(request.header("range"), blob.bytes()) : null;
        var type = Served.type(upload.type());
        if (range == ByteRange.NOT_SATISFIABLE) {
            close(blob);
            return Response.problem(416, "Range not satisfiable", "The file has " + blob.bytes() + " bytes.")
                    .with("Content-Range", "bytes */" + blob.bytes());
        }
        if (range == null) {
            return described(Response.file(200, type, new FileBody(blob.channel(), 0, blob.bytes())), upload);
        }
        long last = range.from() + range.bytes() - 1;
        return described(
                Response.file(206, type, new FileBody(blob.channel(), range.from(), range.bytes()))
                        .with("Content-Range", "bytes " + range.from() + "-" + last + "/" + blob.bytes()),
                upload);
    }

    private static void close(Blobs.Blob blob) {
        try {
            blob.channel().close();
        } catch (IOException e) {
            // It was only read.
        }
    }

    private static Response described(Response response, Upload upload) {
        return response.with("ETag", tag(upload))
                .with("Last-Modified", modified(upload))
                .with("Accept-Ranges", "bytes")
                .with("Cache-Control", CACHING)
                .with("Content-Disposition", Served.disposition(upload.type(), upload.name()))
                .with("Content-Security-Policy", Served.POLICY)
                .with("Cross-Origin-Resource-Policy", "cross-origin");
    }

    // ---- pages of other origins ------------------------------------------------------------------------------------

    /// The URL is the only secret there is: no cookie, so any page may use it.
    static Response crossOrigin(Response response) {
        return response.with("Access-Control-Allow-Origin", "*")
                .with("Access-Control-Expose-Headers", "Content-Length, Content-Range, Accept-Ranges, ETag");
    }

    private static Response options() {
        return crossOrigin(Response.of(204, "text/plain", ""))
                .with("Allow", "DELETE, GET, HEAD, OPTIONS, PUT")
                .with("Access-Control-Allow-Methods", "OPTIONS, HEAD, GET, PUT, DELETE")
                .with(
                        "Access-Control-Allow-Headers",
                        "Authorization, Content-Type, Range, If-Range, If-None-Match, If-Match")
                .with("Access-Control-Max-Age", "86400");
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedStage(value);
    }
}
