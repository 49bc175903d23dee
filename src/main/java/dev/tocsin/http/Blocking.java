package dev.tocsin.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Takes work that blocks off the event loop, onto a virtual thread. */
public final class Blocking {
    private Blocking() {}

    /** Runs the work; the future completes on the caller's own event loop. */
    public static <T> Future<T> run(Vertx vertx, Callable<T> work) {
        var promise = Promise.<T>promise();
        var context = vertx.getOrCreateContext();
        Thread.startVirtualThread(() -> {
            try {
                var result = work.call();
                context.runOnContext(_ -> promise.complete(result));
            } catch (Exception | Error e) { // whoever waits must hear of it in any case
                context.runOnContext(_ -> promise.fail(e));
            }
        });
        return promise.future();
    }

    /** Answers a request with the result of work that blocks; the request fails when either of the two does. */
    public static <T> void answer(Vertx vertx, RoutingContext request, Callable<T> work, Consumer<T> answer) {
        answer(request, run(vertx, work), answer);
    }

    /** Answers a request with what is still to come; the request fails when that or the answering does. */
    public static <T> void answer(RoutingContext request, Future<T> coming, Consumer<T> answer) {
        // Not onSuccess: what its handler throws goes to a log, and the client waits for ever.
        coming.map(result -> {
                    answer.accept(result);
                    return true;
                })
                .onFailure(request::fail);
    }
}
