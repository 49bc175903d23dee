package dev.tocsin.http;

import dev.tocsin.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
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

    /** The one place where a failed request is answered. */
    public static void failure(RoutingContext request) {
        if (request.response().headWritten()) {
            request.response().reset();
            return;
        }
        var problem = switch (request.failure()) {
            case Problem.Refusal refusal -> {
                refusal.headers().forEach(request.response()::putHeader);
                yield refusal.problem();
            }
            case HttpException e -> Problem.ofStatus(e.getStatusCode());
            case null -> Problem.ofStatus(request.statusCode());
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
