package dev.tocsin.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.domain.chain.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Answers as a Prometheus does that is asked for its rules, or as something else would. */
public final class RulesServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private volatile int status = 200;
    private volatile String body = "";

    public RulesServer(Rule... rules) throws IOException {
        load(rules);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/api/v1/rules", this::answer);
        server.start();
    }

    /** Has these rules from now on. */
    public void load(Rule... rules) {
        var loaded = Stream.of(rules)
                .map(rule -> Map.of(
                        "type", "alerting",
                        "name", rule.name(),
                        "query", rule.query(),
                        "duration", rule.holdFor().toSeconds(),
                        "keepFiringFor", rule.keepFiringFor().toSeconds(),
                        "labels", rule.labels().pairs(),
                        "annotations", rule.annotations().stream().collect(Collectors.toMap(name -> name, _ -> "text")),
                        "health", rule.health()))
                .toList();
        var groups = rules.length == 0
                ? List.of()
                : List.of(Map.of("name", rules[0].group(), "interval", 1, "rules", loaded));
        answer(200, JSON.writeValueAsString(Map.of("status", "success", "data", Map.of("groups", groups))));
    }

    /** Answers this from now on. */
    public void answer(int code, String text) {
        status = code;
        body = text;
    }

    /** The line of the configuration that leads here. */
    public String line() {
        return "prometheus: { url: \"http://127.0.0.1:" + server.getAddress().getPort() + "\" }\n";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
