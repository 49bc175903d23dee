package dev.tocsin.lab;

import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * fabric8's server, with what it lacks: it remembers with what grace each pod was deleted, evicts pods, and says who may do
 * what.
 */
final class LabApi extends KubernetesMixedDispatcher {
    static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern EVICTION = Pattern.compile("(/api/v1/namespaces/[^/]+/pods/([^/]+))/eviction");

    private final Map<String, Duration> graces = new ConcurrentHashMap<>();
    private final Map<String, String> budgets = new ConcurrentHashMap<>();
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
    private volatile String evictions = "policy/v1";

    LabApi(Map<ServerRequest, Queue<ServerResponse>> responses) {
        super(responses);
    }

    /** With what grace a pod was deleted last. */
    Duration grace(String pod) {
        return graces.getOrDefault(pod, DEFAULT_GRACE);
    }

    /** A budget that needs this pod. */
    void budget(String name, String pod) {
        budgets.put(pod, name);
    }

    /** Knows only this version of evictions. */
    void evictions(String version) {
        evictions = version;
    }

    /** Nobody may do that any more, as in {@code create pods/eviction}. */
    void forbid(String what) {
        forbidden.add(what);
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        var path = request.getPath();
        if (path.endsWith("/selfsubjectaccessreviews")) {
            // The server would keep the review like any other object, and not answer it.
            return reviewed(body(request).path("spec").path("resourceAttributes"));
        }
        var eviction = EVICTION.matcher(path);
        if (eviction.matches()) {
            return evicted(request, eviction.group(1), eviction.group(2));
        }
        if ("DELETE".equals(request.getMethod())) {
            return deleted(request, path, body(request));
        }
        return super.dispatch(request);
    }

    private static JsonNode body(RecordedRequest request) {
        var body = request.getUtf8Body();
        return body == null || body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body);
    }

    private MockResponse reviewed(JsonNode asked) {
        var group = asked.path("group").asString("");
        var sub = asked.path("subresource").asString("");
        var what = asked.path("verb").asString() + " " + asked.path("resource").asString()
                + (group.isEmpty() ? "" : "." + group) + (sub.isEmpty() ? "" : "/" + sub);
        return new MockResponse()
                .setResponseCode(201)
                .setBody("{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\","
                        + "\"status\":{\"allowed\":" + !forbidden.contains(what) + "}}");
    }

    private MockResponse deleted(RecordedRequest request, String path, JsonNode options) {
        graces.put(
                path.substring(path.lastIndexOf('/') + 1),
                Duration.ofSeconds(options.path("gracePeriodSeconds").asLong(DEFAULT_GRACE.toSeconds())));
        return super.dispatch(new RecordedRequest(
                request.getHttpVersion(), HttpMethod.DELETE, path, request.getHeaders(), request.getBody()));
    }

    private MockResponse evicted(RecordedRequest request, String pod, String name) {
        var eviction = body(request);
        if (!eviction.path("apiVersion").asString().equals(evictions)) {
            return refused(400, "BadRequest", "no kind Eviction is registered for that version", "{}");
        }
        if (budgets.containsKey(name)) {
            return refused(
                    429,
                    "TooManyRequests",
                    "Cannot evict pod as it would violate the pod's disruption budget.",
                    "{\"causes\":[{\"reason\":\"DisruptionBudget\",\"message\":\"The disruption budget "
                            + budgets.get(name) + " needs 1 healthy pods and has 1 currently\"}]}");
        }
        var wanted = eviction.path("deleteOptions").path("preconditions").path("uid");
        var there = super.dispatch(new RecordedRequest(
                request.getHttpVersion(), HttpMethod.GET, pod, request.getHeaders(), request.getBody()));
        var uid = there.code() == 200
                ? JSON.readTree(there.getBody().readUtf8())
                        .path("metadata")
                        .path("uid")
                        .asString()
                : "";
        if (uid.isEmpty()) {
            return refused(404, "NotFound", "pods \"" + name + "\" not found", "{\"kind\":\"pods\"}");
        }
        if (!wanted.asString(uid).equals(uid)) {
            return refused(409, "Conflict", "the UID in the precondition does not match", "{\"kind\":\"pods\"}");
        }
        var _ = deleted(request, pod, eviction.path("deleteOptions"));
        return new MockResponse()
                .setResponseCode(201)
                .setBody("{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Success\"}");
    }

    private static MockResponse refused(int code, String reason, String message, String details) {
        return new MockResponse()
                .setResponseCode(code)
                .setBody("{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Failure\",\"code\":" + code
                        + ",\"reason\":\""
                        + reason + "\",\"message\":" + JSON.writeValueAsString(message) + ",\"details\":" + details
                        + "}");
    }
}
