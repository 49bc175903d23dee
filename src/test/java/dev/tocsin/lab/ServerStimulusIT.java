package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.MonitoringStimulus.ExporterLockout;
import dev.tocsin.domain.scenario.MonitoringStimulus.ExporterQueryFailure;
import dev.tocsin.domain.scenario.MonitoringStimulus.ExporterSlowdown;
import dev.tocsin.domain.scenario.ServerStimulus.ArchiverFailure;
import dev.tocsin.domain.scenario.ServerStimulus.CheckpointStorm;
import dev.tocsin.domain.scenario.ServerStimulus.SettingChange;
import dev.tocsin.domain.scenario.ServerStimulus.SubscriptionFailure;
import dev.tocsin.domain.scenario.ServerStimulus.UnusedSlot;
import dev.tocsin.domain.scenario.ServerStimulus.WalBurst;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.runner.Admission;
import dev.tocsin.runner.RunRequest;
import dev.tocsin.runner.Runs;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.stress.Surroundings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a real server as a whole, and to how it is watched. */
final class ServerStimulusIT extends StimulusContract<StimulusBed> {
    private static final String CANARY = "tocsin.canary";
    private static final String ARCHIVING = "SELECT coalesce(last_archived_time > coalesce(last_failed_time,"
            + " '-infinity'), false) FROM pg_stat_archiver";

    static final List<StimulusCase> CASES = List.of(
            StimulusCase.raises(
                    new WalBurst(ByteSize.parse("5MB")),
                    "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint",
                    5 << 20),
            StimulusCase.raises(new CheckpointStorm(Duration.ofMillis(500)), ServerStimulusIT::requestedCheckpoints, 2),
            StimulusCase.raises(new ArchiverFailure(2), "SELECT failed_count FROM pg_stat_archiver", 1),
            StimulusCase.raises(
                    new UnusedSlot(false, ByteSize.parse("6MB"), 0),
                    "SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), restart_lsn)), 0)::bigint"
                            + " FROM pg_replication_slots WHERE NOT active",
                    6 << 20),
            StimulusCase.raises(
                    new UnusedSlot(true, ByteSize.parse("1kB"), 25_000),
                    "SELECT coalesce(max(age(catalog_xmin)), 0) FROM pg_replication_slots WHERE NOT active",
                    25_000),
            StimulusCase.raises(
                    new SettingChange("work_mem", "5MB"),
                    "SELECT setting FROM pg_settings WHERE name = 'work_mem'",
                    1024),
            StimulusCase.raises(
                    new SettingChange("wal_buffers", "512kB"),
                    "SELECT count(*) FROM pg_settings WHERE pending_restart",
                    1),
            StimulusCase.makesTrue(
                    new ExporterLockout(), "SELECT NOT rolcanlogin FROM pg_roles WHERE rolname = 'exporter'"),
            StimulusCase.makesTrue(new ExporterQueryFailure(CANARY), "SELECT to_regclass('tocsin.canary') IS NULL"),
            StimulusCase.raises(
                    new ExporterSlowdown(CANARY, Duration.ofMillis(700)),
                    "SELECT (max(delay) * 1000)::bigint FROM tocsin.canary",
                    700));

    private static long requestedCheckpoints(StressedBed bed) throws Exception {
        return bed.number(
                bed.number("SHOW server_version_num") < 170_000
                        ? "SELECT checkpoints_req FROM pg_stat_bgwriter"
                        : "SELECT num_requested FROM pg_stat_checkpointer");
    }

    ServerStimulusIT() throws Exception {
        super(new StimulusBed(Map.of("archive_mode", "on", "wal_level", "logical", "max_replication_slots", "4")));
    }

    @BeforeAll
    void prepareTheServer() throws Exception {
        bed.superuser(
                "ALTER SYSTEM SET archive_command = 'test -n %p'",
                "SELECT pg_reload_conf()",
                "CREATE SCHEMA tocsin",
                "GRANT USAGE ON SCHEMA tocsin TO " + PostgresServer.STRESS_ROLE,
                "CREATE TABLE tocsin.canary AS SELECT 0::float8 AS delay");
    }

    @Override
    List<StimulusCase> cases() {
        return CASES;
    }

    @Override
    List<TooMuch> tooMuch() {
        return List.of(
                new TooMuch(new WalBurst(ByteSize.parse("1GB")), "set rate to at most"),
                new TooMuch(new ArchiverFailure(1000), "set segments to at most 64"),
                new TooMuch(new UnusedSlot(false, ByteSize.parse("2GB"), 0), "set retain to at most 1GB"),
                new TooMuch(new UnusedSlot(true, ByteSize.parse("1MB"), 5_000_000), "at most 1000000"),
                new TooMuch(new SettingChange("fsync", "off"), "committed data may be lost"),
                new TooMuch(new SettingChange("FSYNC", "off"), "no setting FSYNC"),
                new TooMuch(new SettingChange("port", "5433"), "who can connect"),
                new TooMuch(new SettingChange("statement_timeout", "1"), "everybody else"),
                new TooMuch(new SettingChange("shared_preload_libraries", "x"), "which code"),
                new TooMuch(new SettingChange("archive_command", "x"), "archiverFailure"),
                new TooMuch(new SettingChange("shared_buffers", "1GB"), "might not start"),
                new TooMuch(new SettingChange("wal_buffers", "1GB"), "might not start"),
                new TooMuch(new SettingChange("work_mem", "4MB"), "already"),
                new TooMuch(new SettingChange("no_such", "1"), "no setting no_such"),
                new TooMuch(new ExporterQueryFailure("public.orders"), "begins with tocsin"),
                new TooMuch(new ExporterQueryFailure("tocsin.\"x\"; DROP"), "begins with tocsin"),
                new TooMuch(new ExporterQueryFailure("tocsin.nothing"), "there is no relation"),
                new TooMuch(new ExporterSlowdown("public.orders", Duration.ofMillis(1)), "begins with tocsin"),
                new TooMuch(new ExporterSlowdown(CANARY, Duration.ofSeconds(6)), "at most 5s"));
    }

    @Test
    void theLastSlotIsNotTaken() throws Exception {
        var slot = new UnusedSlot(false, ByteSize.parse("1MB"), 0);
        grantWhatIsMissing(slot);
        bed.superuser("SELECT pg_create_physical_replication_slot('s' || i) FROM generate_series(1, 4) i");
        try {
            assertThatThrownBy(() -> bed.prepare(bed.stressor(), slot)).hasMessageContaining("all 4 replication slots");
        } finally {
            bed.superuser("SELECT pg_drop_replication_slot('s' || i) FROM generate_series(1, 4) i");
        }
    }

    @Test
    void whatAlterSystemHadSetBeforeIsPutBack() throws Exception {
        var change = new SettingChange("work_mem", "5MB");
        grantWhatIsMissing(change);
        var standing =
                "SELECT setting || ' from ' || source || ' ' || sourcefile FROM pg_settings WHERE name = 'work_mem'";
        bed.superuser("ALTER SYSTEM SET work_mem = '3 MB'", "SELECT pg_reload_conf()");
        Awaitility.await().until(() -> bed.ask(standing).startsWith("3072"));
        try {
            var before = bed.belongings();
            var source = bed.ask(standing);
            try (var prepared = bed.prepare(bed.stressor(), change)) {
                var held = prepared.apply(StressedBed.progress());
                assertThat(bed.ask(standing)).startsWith("5120");
                held.release();
            }
            assertThat(bed.changedSince(before)).isEmpty();
            assertThat(bed.ask(standing)).isEqualTo(source);
        } finally {
            bed.superuser("ALTER SYSTEM RESET work_mem", "SELECT pg_reload_conf()");
        }
    }

    @Test
    void theArchiverHasCaughtUpAfterTheRelease() throws Exception {
        var failure = new ArchiverFailure(3);
        grantWhatIsMissing(failure);
        try (var prepared = bed.prepare(bed.stressor(), failure)) {
            var held = prepared.apply(StressedBed.progress());
            assertThat(bed.ask(ARCHIVING)).isEqualTo("false");
            var newest = bed.ask("SELECT pg_walfile_name(pg_current_wal_lsn())");
            held.release();
            assertThat(bed.ask("SELECT last_archived_wal FROM pg_stat_archiver"))
                    .isGreaterThanOrEqualTo(newest);
        }
        assertThat(bed.ask(ARCHIVING)).isEqualTo("true");
    }

    @Test
    void theExporterIsLockedOutAndComesBack() throws Exception {
        grantWhatIsMissing(new ExporterLockout());
        var exporter = bed.exporter();
        try (var prepared = bed.prepare(bed.withExporter(PostgresServer.EXPORTER_ROLE), new ExporterLockout())) {
            var held = prepared.apply(StressedBed.progress());
            assertThat(figure(held.effect(), "sessions of exporter ended")).isEqualTo(1);
            assertThatThrownBy(() -> exporter.query("SELECT 1").execute().await())
                    .isNotNull();
            assertThatThrownBy(() -> bed.exporter()).hasMessageContaining("not permitted to log in");
            held.release();
        }
        bed.exporter().close().await();
    }

    @Test
    void nobodyIsLockedOutButTheExporter() throws Exception {
        grantWhatIsMissing(new ExporterLockout());
        assertThatThrownBy(() -> bed.prepare(bed.withExporter(PostgresServer.STRESS_ROLE), new ExporterLockout()))
                .hasMessageContaining("lock itself out");
        assertThatThrownBy(() -> bed.prepare(bed.withExporter("postgres"), new ExporterLockout()))
                .hasMessageContaining("is a superuser");
        assertThatThrownBy(() -> bed.prepare(bed.withExporter("nobody"), new ExporterLockout()))
                .hasMessageContaining("there is no role nobody");
        assertThatThrownBy(() -> bed.prepare(bed.stressor(Surroundings.NONE), new ExporterLockout()))
                .hasMessageContaining("set exporter: {role} on it");
    }

    @Test
    void aSubscriptionWantsASuperuserBefore16AndARoleFromThenOn() throws Exception {
        assertThat(unmet(new SubscriptionFailure(false)))
                .anySatisfy(unmet -> assertThat(unmet.mend())
                        .contains(
                                bed.number("SHOW server_version_num") < 160_000
                                        ? "only a superuser may before PostgreSQL 16"
                                        : "GRANT pg_create_subscription TO"));
    }

    /** The run says which right is missing, and that is all it does. */
    @Test
    void aRunWithoutTheRightProvesNothingAndStressesNothing(@TempDir Path evidence) throws Exception {
        var before = bed.belongings();
        var runs = bed.runs(evidence);
        var admitted = runs.admit(
                new RunRequest(ScenarioReader.read("scenario", """
                        apiVersion: tocsin.dev/v1alpha1
                        kind: Scenario
                        metadata: { name: checkpoints }
                        spec:
                          stress: [ { checkpointStorm: { every: 1s } } ]
                          expect: { alerts: [ CheckpointsTooOften ] }
                        """), "ada", Optional.empty(), Optional.empty()));
        var run = ((Admission.Admitted) admitted).run();
        Awaitility.await().until(() -> ended(runs, run));

        var verdict = runs.standing(run).orElseThrow().verdict();
        assertThat(verdict.checks())
                .filteredOn(check -> check.family() == Check.Family.FIRES)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.reason()).isEqualTo("NeedsUnmet");
                    assertThat(check.result()).isEqualTo(Check.Result.INCONCLUSIVE);
                    assertThat(check.brokeAt()).contains("stimulus");
                    assertThat(check.next()).contains("GRANT pg_checkpoint TO \"tocsin_stress\"");
                });
        assertThat(runs.standing(run).orElseThrow().state().stimuli()).isEmpty();
        assertThat(bed.changedSince(before)).isEmpty();
        runs.close(Duration.ofSeconds(10));
    }

    private static boolean ended(Runs runs, RunId run) {
        return runs.index().find(run).flatMap(summary -> summary.verdict()).isPresent();
    }
}
