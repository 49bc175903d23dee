package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Patience;
import dev.tocsin.Seeds;
import dev.tocsin.cli.ApiClient;
import dev.tocsin.json.Json;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Tocsin is killed at a random moment of a run that kills the database three times, and started again; every second time,
 * the first included, a commit that it had acknowledged is deleted meanwhile. Never a loss that was none, never one that was missed, and never
 * a pass without all three kills. An error is right where a busy machine had not brought the pod back before its next kill.
 */
final class CrashCampaignIT {
    private static final int CRASHES = Tier.times(1, 20);

    /** The last kill is over by then, and nothing was read back yet: what is deleted later is rightly not missed. */
    private static final int RUN_MILLIS = 30_000;

    private static final String SCENARIO = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata: { name: campaign }
            spec:
              stress:
                - { name: kill-1, at: 1s, hold: 0s, podKill: { gracePeriod: 0s } }
                - { name: kill-2, at: 11s, hold: 0s, podKill: { gracePeriod: 0s } }
                - { name: kill-3, at: 21s, hold: 0s, podKill: { gracePeriod: 0s } }
              expect:
                durability: { writers: 4, rate: 400, recoversWithin: 60s }
                unexpected: ignore
            """;

    @TempDir
    private Path folder;

    private final Secrets secrets = Secrets.random();
    private List<Integer> ports = List.of();

    @Test
    void neverTellsAFalseLossAndNeverMissesOne() throws Exception {
        var lines =
                new ArrayList<>(List.of("| seed | killed after | deleted | verdict | why |", "|---|---|---|---|---|"));
        var home = Lab.newHome();
        try {
            ports = Ports.free(3);
            var binaries = new Binaries(Binaries.defaultCache(), System.err::println);
            var postgres = PostgresServer.create(binaries.postgres(), home.resolve("postgres"), ports.get(0), secrets);
            try (var cluster = new LabCluster(postgres, secrets.restart().getPublic())) {
                configure(cluster);
                for (long seed : Seeds.of(20261124)) {
                    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
                    for (var i = 0; i < CRASHES; i++) {
                        lines.add("| " + seed + " " + crash(seed, random, i % 2 == 0));
                    }
                }
            }
        } finally {
            Folders.delete(home);
            Files.write(Path.of("target/crash-campaign.md"), lines);
        }
    }

    private String crash(long seed, RandomGenerator random, boolean lose) throws Exception {
        String run;
        var after = random.nextInt(RUN_MILLIS);
        try (var service = serve();
                var api = api()) {
            run = api.post(
                            "/api/v1/runs",
                            Map.of(
                                    "scenario",
                                    Json.MAPPER.convertValue(
                                            YAMLMapper.builder().build().readTree(SCENARIO), Object.class)),
                            Map.of())
                    .path("id")
                    .asString();
            awaitEvent(api, run, "commitsConcluded");
            TimeUnit.MILLISECONDS.sleep(after); // the moment is the point of it, and it is by chance
            service.kill9();
        }
        var deleted = lose && delete("tocsin_" + run.replace("-", ""));
        try (var _ = serve();
                var api = api()) {
            Awaitility.await()
                    .until(() -> api.get("/api/v1/runs/" + run).path("verdict").isString());
            var document = api.get("/api/v1/runs/" + run);
            judged(seed, document, deleted);
            assertThat(sql("SELECT count(*)::int FROM pg_namespace WHERE nspname LIKE 'tocsin%'"))
                    .isZero();
            return "| %.1f s | %s | %s | %s |"
                    .formatted(
                            after / 1000.0,
                            deleted ? "writer 0 commit 2" : "",
                            document.path("verdict").asString(),
                            document.path("reasons").path(0).asString(""));
        }
    }

    private static void judged(long seed, JsonNode document, boolean deleted) {
        var checks = document.path("checks").toString();
        var verdict = document.path("verdict").asString();
        if (deleted) {
            assertThat(verdict)
                    .as("seed %d: %s %s", seed, document.path("reasons"), checks)
                    .isEqualTo("FAILED");
            assertThat(checks).contains("writer 0 commit 2");
        } else {
            assertThat(verdict)
                    .as("seed %d: %s %s", seed, document.path("reasons"), checks)
                    .isIn("PASSED", "INCONCLUSIVE", "ERROR");
        }
        if (verdict.equals("PASSED")) {
            assertThat(document.path("checks")
                            .valueStream()
                            .filter(check -> check.path("name").asString().endsWith("was a crash")))
                    .as("a pass has all three kills")
                    .hasSize(3)
                    .allMatch(check -> check.path("result").asString().equals("passed"));
        }
    }

    /** Whether the second commit of the first writer was there to be deleted; it was acknowledged and noted long before. */
    private boolean delete(String schema) {
        // Between two kills the database may be on its way back.
        Awaitility.await().ignoreExceptions().until(() -> sql("SELECT 1") == 1);
        return sql("SELECT count(*)::int FROM pg_namespace WHERE nspname = '" + schema + "'") == 1
                && sql("DELETE FROM " + schema + ".commits WHERE writer = 0 AND n = 2") > 0;
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
        Files.writeString(folder.resolve("tocsin.yaml"), """
                http: { host: 127.0.0.1, port: %d }
                management: { host: 127.0.0.1, port: %d }
                data: "%s"
                targets:
                  - name: primary
                    optedIn: true
                    postgres: { host: 127.0.0.1, port: %d, database: app, user: tocsin_stress, passwordFile: "%s" }
                    pod: { namespace: %s, selector: "%s" }
                """.formatted(
                        ports.get(1),
                        ports.get(2),
                        folder.resolve("data"),
                        ports.get(0),
                        folder.resolve("pg-password"),
                        LabCluster.NAMESPACE,
                        LabCluster.SELECTOR));
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

    private static void awaitEvent(ApiClient api, String run, String kind) {
        Awaitility.await()
                .until(() ->
                        api.get("/api/v1/runs/" + run + "/events").toString().contains("\"" + kind + "\""));
    }

    private int sql(String sql) {
        return new Superuser(ports.get(0), secrets).run(PostgresServer.DATABASE, sql);
    }
}
