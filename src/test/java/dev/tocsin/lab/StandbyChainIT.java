package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.cli.ApiClient;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Alerts that the standby's exporter or the way to an exporter brings about, through a whole lab. */
final class StandbyChainIT {

    private static final String RULES = """
            groups:
              - name: standby
                rules:
                  - alert: StandbyBehind
                    expr: pg_replication_lag_seconds > 5
                    for: 1s
                  - alert: ExporterAway
                    expr: up{job="postgresql"} == 0
                    for: 1s
            """;

    private static final String QUERIES = """
            pg_replication:
              master: true
              query: |
                SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END AS lag_seconds
              metrics:
                - lag_seconds: {usage: "GAUGE", description: "Seconds that the replay is behind"}
            """;

    private static final String SCENARIO = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata: { name: %s }
            spec:
              stress: [ { %s } ]
              expect:
                alerts: [ %s ]
                unexpected: ignore
            """;

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void aPausedReplayAndAShutExporterRingAndResolve() throws Exception {
        var scenarios = Files.createDirectory(folder.resolve("scenarios"));
        Files.writeString(
                scenarios.resolve("behind.scenario.yaml"),
                SCENARIO.formatted("behind", "replayPause: { rate: 1MB }", "StandbyBehind"));
        Files.writeString(
                scenarios.resolve("away.scenario.yaml"),
                SCENARIO.formatted("away", "networkIsolation: { of: exporter }", "ExporterAway"));
        var options = new LabOptions(
                List.of(Files.writeString(folder.resolve("rules.yaml"), RULES)),
                Files.writeString(folder.resolve("queries.yaml"), QUERIES),
                List.of(scenarios),
                true);
        try (var lab = new Lab(
                        options,
                        new Binaries(Binaries.defaultCache(), System.err::println),
                        Lab.newHome(),
                        System.err::println);
                var api = new ApiClient(lab.tocsin(), Optional.of(lab.tokenFile()))) {
            var before = belongings(lab);
            for (var scenario : List.of("behind", "away")) {
                var run = run(api, scenario);
                assertThat(run.path("verdict").asString())
                        .as(run.toPrettyString())
                        .isEqualTo("PASSED");
            }
            Awaitility.await()
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(belongings(lab)).isEqualTo(before));
            lab.check();
        }
    }

    private List<String> belongings(Lab lab) throws LabException {
        var all = new ArrayList<>(Belongings.of(vertx, lab.superuser()));
        all.addAll(Belongings.of(vertx, lab.superuserOfStandby().orElseThrow()));
        return all;
    }

    private static JsonNode run(ApiClient api, String scenario) {
        var id = api.post("/api/v1/runs", Map.of("scenario", scenario), Map.of())
                .path("id")
                .asString();
        Awaitility.await()
                .until(() -> api.get("/api/v1/runs/" + id).path("verdict").isString());
        return api.get("/api/v1/runs/" + id);
    }
}
