package im.kith.server.web;

import im.kith.server.http.Request;
import im.kith.server.http.Response;
import im.kith.server.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The web app: the files that `web/` was built into, served at `/` out of the jar.
///
/// They are some hundred kilobytes and stay in memory, plain and as the build compressed them (br, gzip). Files under
/// `assets/` have a hash in their name and never change, so browsers keep them for good; the others are asked for each
/// time and
/// answered with 304 while they are the same.
///
/// Scripts come from here and from nowhere else, none stand in the page or are made from text (Content-Security-Policy,
/// Trusted Types), so that what a message says can never become one. Thread-safe.
public final class WebApp {

    private static final String FILES = "files.txt";
    private static final String ASSETS = "assets/";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "webmanifest", "application/manifest+json",
            "json", "application/json",
            "woff2", "font/woff2",
            "wasm", "application/wasm");

    private static final Response MISSING =
            Response.problem(404, "Not found", "The app has no such file; it may have been updated: load it anew.");

    /// A file in its forms; `etag` is of the plain one.
    private record Form(String type, String etag, byte[] plain, byte @Nullable [] brotli, byte @Nullable [] gzip) {}

    private final Map<String, Form> forms;
    private final Supplier<String> mediaOrigin;

    private WebApp(Map<String, Form> forms, Supplier<String> mediaOrigin) {
        this.forms = Map.copyOf(forms);
        this.mediaOrigin = mediaOrigin;
    }

    /// Reads the app out of the jar. `mediaOrigin` says where uploads begin, once the
    /// server is up; it may be another origin than the page's.
    public static WebApp inJar(Supplier<String> mediaOrigin) {
        return of(name -> WebApp.class.getResourceAsStream("/web/" + name), mediaOrigin);
    }

    /// `files` opens a file of the build by its name, or answers null.
    static WebApp of(Function<String, @Nullable InputStream> files, Supplier<String> mediaOrigin) {
        var forms = new HashMap<String, Form>();
        var list = read(files, FILES);
        var names = list == null
                ? List.<String>of()
                : new String(list, StandardCharsets.UTF_8).lines().toList();
        for (var name : names) {
            var plain = read(files, name);
            if (plain == null) throw new IllegalStateException("the web app has no " + name);
            forms.put(
                    name,
                    new Form(typeOf(name), etagOf(plain), plain, read(files, name + ".br"), read(files, name + ".gz")));
        }
        return new WebApp(forms, mediaOrigin);
    }

    private static String policy(String mediaOrigin) {
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:;"
                + " font-src 'self'; connect-src 'self' " + mediaOrigin + "; worker-src 'self'; manifest-src 'self';"
                + " frame-ancestors 'none'; base-uri 'none'; form-action 'none';"
                + " require-trusted-types-for 'script'; trusted-types kith";
    }

    /// Whether the build had the app.
    public boolean isThere() {
        return forms.containsKey("index.html");
    }

    public List<Route> routes() {
        if (!isThere()) return List.of();
        var routes = new ArrayList<Route>();
        routes.add(Route.get("/", request -> answer(request, "index.html")));
        for (var name : forms.keySet()) {
            if (name.contains("/") || name.endsWith(".html")) continue;
            routes.add(Route.get("/" + name, request -> answer(request, name)));
        }
        routes.add(Route.get("/assets/{name}", request -> answer(request, ASSETS + request.parameter("name"))));
        return routes;
    }

    /// Answers with a page of the build that has a path of its own.
    public Route.Handler page(String name) {
        return request -> answer(request, name);
    }

    private CompletionStage<Response> answer(Request request, String name) {
        var form = forms.get(name);
        return CompletableFuture.completedStage(form == null ? MISSING : response(request, name, form));
    }

    private Response response(Request request, String name, Form form) {
        var all = new HashMap<String, String>();
        all.put("Content-Security-Policy", policy(mediaOrigin.get()));
        all.put("Cross-Origin-Opener-Policy", "same-origin");
        all.put("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self)");
        all.put("Vary", "Accept-Encoding");
        all.put("ETag", form.etag);
        all.put("Cache-Control", name.startsWith(ASSETS) ? "public, max-age=31536000, immutable" : "no-cache");
        var known = request.header("if-none-match");
        if (known != null && isListed(form.etag, known))
            return new Response(304, form.type, Map.copyOf(all), new byte[0]);
        var accepted = request.header("accept-encoding");
        var body = form.plain;
        if (form.brotli != null && accepts(accepted, "br")) {
            body = form.brotli;
            all.put("Content-Encoding", "br");
        } else if (form.gzip != null && accepts(accepted, "gzip")) {
            body = form.gzip;
            all.put("Content-Encoding", "gzip");
        }
        return new Response(200, form.type, Map.copyOf(all), body);
    }

    /// RFC 9110 §13.1.2, weak comparison.
    private static boolean isListed(String etag, String known) {
        for (var part : known.split(",")) {
            var tag = part.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) return true;
        }
        return false;
    }

    /// RFC 9110 §12.5.3, as far as browsers use it: the coding is named and its weight is not zero.
    private static boolean accepts(@Nullable String accepted, String coding) {
        if (accepted == null) return false;
        for (var part : accepted.split(",")) {
            var pieces = part.split(";");
            if (!pieces[0].strip().equalsIgnoreCase(coding)) continue;
            return pieces.length == 1 || !pieces[1].strip().matches("[qQ]=0(\\.0*)?");
        }
        return false;
    }

    private static String typeOf(String name) {
        return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }

    private static String etagOf(byte[] data) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(data);
            return '"'
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(hash)
                            .substring(0, 22)
                    + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte @Nullable [] read(Function<String, @Nullable InputStream> files, String name) {
        try (var in = files.apply(name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the web app's " + name + " cannot be read", e);
        }
    }
}
