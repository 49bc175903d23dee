package dev.tocsin.http;

import dev.tocsin.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How every route answers. */
public final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    public static void json(RoutingContext request, int status, Object body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(Json.MAPPER.writeValueAsBytes(body)));
    }

    public static void text(RoutingContext request, String mediaType, String body) {
        request.response().putHeader("Content-Type", mediaType).end(body);
    }

    /** Method and path of every route, as routes are written. */
    public static List<String> routes(Router router) {
        return router.getRoutes().stream()
                .filter(route -> route.getPath() != null && route.methods() != null)
                .flatMap(route -> route.methods().stream().map(method -> method + " " + route.getPath()))
                .toList();
    }

    /** Answers a request whose path is known, but not with its method. */
    public static void notAllowed(Router router, RoutingContext request) {
        var path = request.normalizedPath();
        var allowed = routes(router).stream()
                .map(route -> route.split(" ", 2))
                .filter(route -> path.matches(route[1].replaceAll(":[a-z]+", "[^/]+")))
                .map(route -> route[0])
                .sorted()
                .collect(Collectors.joining(", "));
        request.response().putHeader("Allow", allowed);
        failure(request);
    }

    /** The one place where a failed request is answered. */
    public static void failure(RoutingContext request) {
        if (request.response().ended()) {
            return; // it failed after its answer, and the client has that
        }
        if (request.response().headWritten()) {
            var _ = request.response().reset(); // half an answer must not look like a whole one
            return;
        }
        var problem = switch (request.failure()) {
            case Problem.Refusal refusal -> {
                refusal.headers().forEach(request.response()::putHeader);
                yield refusal.problem();
            }
            case HttpException e -> Problem.ofStatus(e.getStatusCode());
            // Vert.x names neither a failure nor a status for a path that it cannot decode.
            case null -> Problem.ofStatus(request.statusCode() < 0 ? 400 : request.statusCode());
            default -> {
                LOG.atError()
                        .setCause(request.failure())
                        .addKeyValue("path", request.request().path())
                        .log("a request failed");
                yield Problem.ofStatus(500);
            }
        };
        request.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", "application/problem+json")
                .end(Buffer.buffer(Json.MAPPER.writeValueAsBytes(problem)));
    }
}
