package dev.tocsin.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every way the API says no (RFC 9457): thrown by handlers, answered in one place.
 *
 * @param type a relative reference, {@code /problems/target-busy}
 * @param errors single mistakes in what was sent, each with its place
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
        String type, String title, int status, String detail, List<Object> errors, Optional<String> runId) {

    /** A refusal on its way to the client. */
    public static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;
        private final transient Map<String, String> headers;

        private Refusal(Problem problem, Map<String, String> headers) {
            super(problem.title() + ": " + problem.detail());
            this.problem = problem;
            this.headers = headers;
        }

        public Problem problem() {
            return problem;
        }

        public Map<String, String> headers() {
            return headers;
        }
    }

    public static Refusal unreadable(String detail) {
        return refusal("unreadable", "The body cannot be read", 400, detail);
    }

    public static Refusal badRequest(String detail) {
        return refusal("bad-request", "The request cannot be understood", 400, detail);
    }

    public static Refusal unauthorized(String scheme) {
        return unauthorized(scheme + " credentials", scheme);
    }

    static Refusal unauthorized(String wanted, String challenge) {
        return unauthorized("Credentials are missing or wrong", "send " + wanted, challenge);
    }

    static Refusal expired(String scheme) {
        return unauthorized("The token has expired", "send a token that is still good", scheme);
    }

    private static Refusal unauthorized(String title, String detail, String challenge) {
        return new Refusal(of("unauthorized", title, 401, detail), Map.of("WWW-Authenticate", challenge));
    }

    static Refusal nobodyToAsk() {
        return new Refusal(
                of(
                        "cluster-unavailable",
                        "It cannot be asked whose this token is",
                        503,
                        "the Kubernetes API server does not answer or refuses to say; send it again"),
                Map.of("Retry-After", "5"));
    }

    public static Refusal forbidden(String role) {
        return refusal("forbidden", "This token may not do that", 403, "the role " + role + " is needed");
    }

    public static Refusal notFound(String what) {
        return refusal("not-found", "There is no such thing", 404, what);
    }

    public static Refusal targetBusy(String target, Optional<String> runId) {
        return new Refusal(
                new Problem(
                        "/problems/target-busy",
                        "The target is busy",
                        409,
                        runId.map(id -> "run " + id + " is stressing " + target)
                                .orElse(target + " is being brought back to order after a crash"),
                        List.of(),
                        runId),
                Map.of("Retry-After", "10"));
    }

    public static Refusal drillBusy() {
        return new Refusal(
                of("drill-busy", "A drill is going on", 409, "one at a time; ring again when it is over"),
                Map.of("Retry-After", "30"));
    }

    public static Refusal scenarioInvalid(String detail, List<?> errors) {
        return new Refusal(
                new Problem(
                        "/problems/scenario-invalid",
                        "The scenario cannot be run",
                        422,
                        detail,
                        List.copyOf(errors),
                        Optional.empty()),
                Map.of());
    }

    public static Refusal idempotencyKeyReused() {
        return refusal(
                "idempotency-key-reused",
                "This Idempotency-Key was used for another request",
                422,
                "use a new key for a new request");
    }

    public static Refusal prometheusUnavailable(String detail) {
        return new Refusal(
                of("prometheus-unavailable", "Prometheus does not tell its rules", 503, detail),
                Map.of("Retry-After", "5"));
    }

    public static Refusal notStored(String detail) {
        return new Refusal(
                of("not-stored", "It could not be stored", 503, detail + "; send it again"),
                Map.of("Retry-After", "1"));
    }

    /** An answer of the framework itself, or a defect. */
    static Problem ofStatus(int status) {
        return switch (status) {
            case 401 -> of("unauthorized", "Credentials are missing or wrong", 401, "send credentials");
            case 404 -> of("not-found", "There is no such thing", 404, "see /openapi.yaml for what there is");
            case 405 -> of("method-not-allowed", "Not with this method", 405, "see /openapi.yaml");
            case 413 -> of("too-large", "The body is too large", 413, "send less");
            case 400 -> of("bad-request", "The request cannot be understood", 400, "see /openapi.yaml");
            default -> of("internal", "A defect of Tocsin", 500, "the log says more");
        };
    }

    private static Refusal refusal(String type, String title, int status, String detail) {
        return new Refusal(of(type, title, status, detail), Map.of());
    }

    private static Problem of(String type, String title, int status, String detail) {
        return new Problem("/problems/" + type, title, status, detail, List.of(), Optional.empty());
    }
}
