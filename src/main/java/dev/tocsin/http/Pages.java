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

    /** A file as it is served; its tag tells whether a browser has it already. */
    private record Page(String type, byte[] content, String tag) {
        static Page of(String type, byte[] content) {
            return new Page(
                    type, content, "\"" + Secrets.sha256Hex(new String(content, StandardCharsets.UTF_8)) + "\"");
        }
    }

    private final Map<String, Page> files = new TreeMap<>();
    private final Page index;

    /** Reads all of them. */
    public Pages() {
        FILES.forEach((name, type) -> {
            // A run in the making looks as its report will.
            var place = name.equals("report.css") ? "/dev/tocsin/evidence/" : "/pages/";
            files.put(name, Page.of(type, read(place + name)));
        });
        index = Page.of("text/html; charset=utf-8", read("/pages/index.html"));
    }

    /** Puts the routes on a router. */
    public void mount(Router router) {
        router.get("/").handler(request -> answer(request, index));
        router.get("/pages/:file").handler(request -> {
            var name = Objects.requireNonNullElse(request.pathParam("file"), "");
            var page = files.get(name);
            if (page == null) {
                request.fail(Problem.notFound("there is no page " + name));
            } else {
                answer(request, page);
            }
        });
    }

    private static void answer(RoutingContext request, Page page) {
        var response = request.response()
                .putHeader("Content-Type", page.type())
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "no-cache")
                .putHeader("ETag", page.tag());
        if (page.tag().equals(request.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
        } else {
            response.end(Buffer.buffer(page.content()));
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
