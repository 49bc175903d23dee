package dev.tocsin.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

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
            } catch (Exception e) {
                context.runOnContext(_ -> promise.fail(e));
            }
        });
        return promise.future();
    }
}
