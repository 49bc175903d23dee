package dev.tocsin.http;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.PlatformHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line of the log for each call that changes something or was to: who, what, why, and what came of it. */
public final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final String KEY = "audit";

    /** Of what a client says; a reason may be as long as a body. */
    private static final int LONGEST = 1_000;

    private Audit() {}

    /** Stands first in a route, so that also what a door turns away is written down. */
    public static PlatformHandler of(String action) {
        return request -> {
            var more = new ConcurrentSkipListMap<String, String>();
            var _ = request.put(KEY, more);
            var _ = request.addEndHandler(_ -> {
                var answered = request.response().headWritten();
                write(request, action, more, answered ? request.response().getStatusCode() : 0);
            });
            request.next();
        };
    }

    /** Tells more of what is asked for: the scenario, the run, the reason. */
    public static void tell(RoutingContext request, String key, String value) {
        Map<String, String> more = request.get(KEY, new ConcurrentSkipListMap<>());
        more.put(key, value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value);
    }

    /** A call that somebody else answers, and that is written down only because it was refused. */
    public static void refused(RoutingContext request, String action, int status) {
        write(request, action, Map.of(), status);
    }

    private static void write(RoutingContext request, String action, Map<String, String> more, int status) {
        var line = LOG.atInfo().addKeyValue("event", "audit").addKeyValue("action", action);
        var caller = Caller.of(request);
        if (caller.isPresent()) {
            line = line.addKeyValue("caller", caller.get().name())
                    .addKeyValue("authenticatedBy", caller.get().by().toString());
        }
        line = line.addKeyValue("method", request.request().method().name())
                .addKeyValue("path", request.request().path());
        for (var entry : more.entrySet()) {
            line = line.addKeyValue(entry.getKey(), entry.getValue());
        }
        if (status != 0) { // zero: the client hung up before there was an answer
            line = line.addKeyValue("status", status);
        }
        line.addKeyValue("remote", request.request().remoteAddress().hostAddress())
                .log(status == 0 ? "a call was left without an answer" : status < 400 ? "a call" : "a refused call");
    }
}
