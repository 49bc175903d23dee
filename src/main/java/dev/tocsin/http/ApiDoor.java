package dev.tocsin.http;

import dev.tocsin.cluster.ClusterException;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Lets only those use the API who send a token that a file or the cluster knows. */
public final class ApiDoor {
    private static final String SCHEME = "Bearer";

    private final Vertx vertx;
    private final boolean open;
    private final Supplier<Optional<ApiTokens>> tokens;
    private final Optional<ClusterTokens> cluster;
    private final InstantSource clock;

    private ApiDoor(
            Vertx vertx,
            boolean open,
            Supplier<Optional<ApiTokens>> tokens,
            Optional<ClusterTokens> cluster,
            InstantSource clock) {
        this.vertx = vertx;
        this.open = open;
        this.tokens = tokens;
        this.cluster = cluster;
        this.clock = clock;
    }

    /** Everybody may do everything. */
    public static ApiDoor open(Vertx vertx) {
        return new ApiDoor(vertx, true, Optional::empty, Optional.empty(), InstantSource.system());
    }

    /**
     * A door for those who are known.
     *
     * @param tokens asked first and at each request, for they may change
     * @param clock tells which tokens have expired
     */
    public static ApiDoor closed(
            Vertx vertx, Supplier<Optional<ApiTokens>> tokens, Optional<ClusterTokens> cluster, InstantSource clock) {
        return new ApiDoor(vertx, false, tokens, cluster, clock);
    }

    /** Lets only those through who have the role. */
    public SecurityPolicyHandler require(Role role) {
        return request -> {
            if (open) {
                new Caller("anybody", Caller.By.NOTHING).sent(request);
                request.next();
                return;
            }
            var token = Secrets.credentials(request, SCHEME).filter(sent -> !sent.isEmpty());
            if (token.isEmpty()) {
                request.fail(Problem.unauthorized(SCHEME));
                return;
            }
            var hash = Secrets.sha256Hex(token.get());
            var holder = tokens.get().flatMap(known -> known.find(hash));
            if (holder.isPresent()) {
                decide(request, role, holder.get());
            } else if (cluster.isPresent()) {
                decide(request, role, cluster.get(), token.get(), hash);
            } else {
                request.fail(Problem.unauthorized(SCHEME));
            }
        };
    }

    private void decide(RoutingContext request, Role role, ApiTokens.Holder holder) {
        new Caller(holder.name(), Caller.By.TOKENS_FILE).sent(request);
        if (holder.until().filter(end -> !clock.instant().isBefore(end)).isPresent()) {
            request.fail(Problem.expired(SCHEME));
        } else {
            decide(request, role, Optional.of(holder.role()));
        }
    }

    private void decide(RoutingContext request, Role role, ClusterTokens known, String token, String hash) {
        var remembered = known.remembered(hash);
        if (remembered.isPresent()) {
            decide(request, role, remembered.get());
            return;
        }
        // What comes of the body meanwhile would be lost: nobody takes it before it is known who sends it.
        var _ = request.request().pause();
        Blocking.run(vertx, () -> known.ask(token, hash)).onComplete(answered -> {
            if (answered.succeeded()) {
                decide(request, role, answered.result());
            } else {
                request.fail(answered.cause() instanceof ClusterException ? Problem.nobodyToAsk() : answered.cause());
            }
            var _ = request.request().resume();
        });
    }

    private static void decide(RoutingContext request, Role role, ClusterTokens.Answer answer) {
        if (answer.name().isEmpty()) {
            request.fail(Problem.unauthorized(SCHEME));
        } else {
            new Caller(answer.name().get(), Caller.By.KUBERNETES).sent(request);
            decide(request, role, answer.role());
        }
    }

    private static void decide(RoutingContext request, Role needed, Optional<Role> given) {
        if (given.filter(role -> role.compareTo(needed) >= 0).isPresent()) {
            request.next();
        } else {
            request.fail(Problem.forbidden(needed.toString()));
        }
    }
}
