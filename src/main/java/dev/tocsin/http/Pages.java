package dev.tocsin.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The pages: files that are the same for everybody and know nothing, and ask the API for all that they show. */
public final class Pages {
    /** Nothing from elsewhere, nothing in line, nothing framed. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String INDEX = "index.html";

    /** Each file with its media type. */
    private static final Map<String, String> FILES = Map.of(
            "pages.js", SCRIPT,
            "api.js", SCRIPT,
            "dom.js", SCRIPT,
            "scenarios.js", SCRIPT,
            "runs.js", SCRIPT,
            "alerts.js", SCRIPT,
            "coverage.js", SCRIPT,
            "setup.js", SCRIPT,
            "pages.css", STYLE,
            "report.css", STYLE);

    private final Map<String, byte[]> files = new TreeMap<>();
    private final byte[] index;

    /** Reads all of them. */
    public Pages() {
        for (var name : FILES.keySet()) {
            // A run in the making looks as its report will.
            files.put(name, read(name.equals("report.css") ? "/dev/tocsin/evidence/" + name : "/pages/" + name));
        }
        index = read("/pages/" + INDEX);
    }

    /** Puts the routes on a router. */
    public void mount(Router router) {
        router.get("/").handler(request -> answer(request, "text/html; charset=utf-8", index));
        router.get("/pages/:file").handler(request -> {
            var name = Objects.requireNonNullElse(request.pathParam("file"), "");
            var type = FILES.get(name);
            if (type == null) {
                request.fail(Problem.notFound("there is no page " + name));
            } else {
                answer(request, type, files.getOrDefault(name, new byte[0]));
            }
        });
    }

    private static void answer(RoutingContext request, String type, byte[] file) {
        var tag = "\"" + Secrets.sha256Hex(new String(file, StandardCharsets.UTF_8)) + "\"";
        var response = request.response()
                .putHeader("Content-Type", type)
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "no-cache")
                .putHeader("ETag", tag);
        if (tag.equals(request.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
        } else {
            response.end(Buffer.buffer(file));
        }
    }

    private static byte[] read(String name) {
        try (var in = Objects.requireNonNull(Pages.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
