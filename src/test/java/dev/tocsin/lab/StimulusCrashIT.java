package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Patience;
import dev.tocsin.Seeds;
import dev.tocsin.cli.ApiClient;
import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.json.Json;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Tocsin is killed at a random moment while it stresses a primary and its standby with every kind of stimulus, some at a
 * time, and started again: nothing of them is left.
 */
@Order(Tier.LONG)
final class StimulusCrashIT {
    private static final int ROUNDS = Tier.times(1, 5);

    /** At once, each on a target that is the same server under another name. */
    private static final int AT_ONCE = 6;

    private static final int LONGEST_MILLIS = 7000;

    /** Those that need a value, or more of it than a busy server has left. */
    private static final Map<String, String> GIVEN = Map.of(
            "connectionFlood", "{ fill: 60% }",
            "sleepLoad", "{ sessions: 3 }",
            "lull", "{ of: app }",
            "settingChange", "{ name: work_mem, value: 5MB }",
            "exporterQueryFailure", "{ relation: tocsin.canary }",
            "exporterSlowdown", "{ relation: tocsin.canary }",
            "networkIsolation", "{ of: exporter }");

    @TempDir
    private Path folder;

    private final Secrets secrets = Secrets.random();
    private List<Integer> ports = List.of();

    /** Every kind but those that restart things; what becomes of these when Tocsin dies is tried elsewhere. */
    private static List<String> kinds() {
        return Arrays.stream(Stimulus.class.getPermittedSubclasses())
                .filter(family -> family != ClusterStimulus.class)
                .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()))
                .map(kind -> kind.getSimpleName().substring(0, 1).toLowerCase(Locale.ROOT)
                        + kind.getSimpleName().substring(1))
                .toList();
    }

    static List<Long> seeds() {
        return Seeds.of(20261124);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsLeftOfAnyKind(long seed) throws Exception {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var home = Lab.newHome();
        var vertx = Vertx.vertx();
        try {
            ports = Ports.free(4);
            var bin = new Binaries(Binaries.defaultCache(), System.err::println).postgres();
            var postgres = PostgresServer.createWhole(bin, home.resolve("postgres"), ports.get(0), secrets);
            var standby =
                    new Standby(postgres, bin, home.resolve("standby"), ports.get(3), LabCluster.STANDBY, secrets);
            try (var cluster = new LabCluster(postgres, secrets.restart().getPublic())) {
                cluster.run(standby);
                configure(cluster);
                var kinds = kinds();
                for (var round = 0; round < ROUNDS; round++) {
                    var groups = Math.ceilDiv(kinds.size(), AT_ONCE);
                    for (var group = 0; group < groups; group++) {
                        // Those of one family work on the same thing, as the standby, so they are kept apart.
                        var first = group;
                        var some = IntStream.range(0, kinds.size())
                                .filter(i -> i % groups == first)
                                .mapToObj(kinds::get)
                                .toList();
                        var primaryHad = Belongings.of(vertx, postgres.superuser());
                        var standbyHad = Belongings.of(vertx, standby.superuser());

                        crash(seed, random, some);

                        assertThat(Belongings.difference(primaryHad, Belongings.of(vertx, postgres.superuser())))
                                .as("seed %d: the primary after %s", seed, some)
                                .isEmpty();
                        assertThat(Belongings.difference(standbyHad, Belongings.of(vertx, standby.superuser())))
                                .as("seed %d: the standby after %s", seed, some)
                                .isEmpty();
                        assertThat(cluster.policies())
                                .as("seed %d: after %s", seed, some)
                                .isEmpty();
                    }
                }
            }
        } finally {
            vertx.close().await();
            Folders.delete(home);
        }
    }

    private void crash(long seed, RandomGenerator random, List<String> kinds) throws Exception {
        var runs = new ArrayList<String>();
        try (var service = serve();
                var api = api()) {
            for (var i = 0; i < kinds.size(); i++) {
                runs.add(api.post("/api/v1/runs", Map.of("scenario", scenario(kinds.get(i), i)), Map.of())
                        .path("id")
                        .asString());
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS)); // the moment is by chance, that is the point
            service.kill9();
        }
        try (var _ = serve();
                var api = api()) {
            for (var run : runs) {
                Awaitility.await()
                        .until(() ->
                                api.get("/api/v1/runs/" + run).path("verdict").isString());
                assertThat(api.get("/api/v1/runs/" + run + "/events").toString())
                        .as("seed %d: %s", seed, kinds.get(runs.indexOf(run)))
                        .doesNotContain("releaseFailed", "could not be prepared");
            }
        }
    }

    private static Object scenario(String kind, int target) {
        var background = kind.equals("lull") ? "background: [{ name: app, workload: {} }]" : "background: []";
        var text = """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: crash }
                spec:
                  target: target-%d
                  %s
                  stress: [{ hold: 5s, %s: %s }]
                  expect: { unexpected: fail }
                """.formatted(target, background, kind, GIVEN.getOrDefault(kind, "{}"));
        return Json.MAPPER.convertValue(YAMLMapper.builder().build().readTree(text), Object.class);
    }

    private void configure(LabCluster cluster) throws Exception {
        Files.writeString(folder.resolve("pg-password"), secrets.stress());
        Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{ name: lab, cluster: { server: "%s" } }]
                users: [{ name: lab, user: {} }]
                contexts: [{ name: lab, context: { cluster: lab, user: lab, namespace: lab } }]
                current-context: lab
                """.formatted(cluster.url()));
        var targets = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> """
                  - name: target-%d
                    optedIn: true
                    postgres: { host: 127.0.0.1, port: %d, database: app, user: tocsin_stress, passwordFile: "%s" }
                    pod: { namespace: %s, selector: "%s" }
                    standby: { host: 127.0.0.1, port: %d, pod: { namespace: %s, selector: "%s" } }
                    exporter: { role: %s, pod: { namespace: %s, selector: "%s" } }
                """.formatted(
                                i,
                                ports.get(0),
                                folder.resolve("pg-password"),
                                LabCluster.NAMESPACE,
                                LabCluster.SELECTOR,
                                ports.get(3),
                                LabCluster.NAMESPACE,
                                LabCluster.STANDBY_SELECTOR,
                                PostgresServer.EXPORTER_ROLE,
                                LabCluster.NAMESPACE,
                                LabCluster.EXPORTER_SELECTOR))
                .toList();
        Files.writeString(
                folder.resolve("tocsin.yaml"),
                """
                http: { host: 127.0.0.1, port: %d }
                management: { host: 127.0.0.1, port: %d }
                data: "%s"
                targets:
                """.formatted(ports.get(1), ports.get(2), folder.resolve("data")) + String.join("", targets));
    }

    private Tocsin serve() {
        var service = Tocsin.start(
                folder,
                Map.of("KUBECONFIG", folder.resolve("kubeconfig").toString()),
                "serve",
                "--insecure-no-auth",
                "--config",
                folder.resolve("tocsin.yaml").toString());
        service.await(Patience.MOST, running -> running.out().contains("Tocsin listens"));
        return service;
    }

    private ApiClient api() {
        return new ApiClient(URI.create("http://127.0.0.1:" + ports.get(1)), Optional.empty());
    }
}
