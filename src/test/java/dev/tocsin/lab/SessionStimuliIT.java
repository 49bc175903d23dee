package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.SessionStimulus.CommitStorm;
import dev.tocsin.domain.scenario.SessionStimulus.DeadlockStorm;
import dev.tocsin.domain.scenario.SessionStimulus.IdleInTransaction;
import dev.tocsin.domain.scenario.SessionStimulus.LockHoard;
import dev.tocsin.domain.scenario.SessionStimulus.LockWaits;
import dev.tocsin.domain.scenario.SessionStimulus.Lull;
import dev.tocsin.domain.scenario.SessionStimulus.StatementTimeoutStorm;
import dev.tocsin.domain.scenario.SessionStimulus.TransactionIdAge;
import dev.tocsin.domain.scenario.SessionStimulus.Workload;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.stress.BackgroundLoad;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What sessions do, on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SessionStimuliIT {
    private static final String OURS = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tocsin:%'";
    private static final String COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = '%s'";

    private StimulusBed bed;

    @BeforeAll
    void start() throws Exception {
        bed = new StimulusBed(Map.of("deadlock_timeout", "100ms", "autovacuum", "off"));
        bed.superuser("CREATE DATABASE other");
    }

    @AfterAll
    void stop() throws Exception {
        bed.close();
    }

    /** What a failed test held on to must not fail the next. */
    @AfterEach
    void end() throws Exception {
        bed.superuser("DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                + " WHERE application_name LIKE 'tocsin:%'; END $$");
    }

    /**
     * A stimulus and how its effect is seen from outside.
     *
     * @param figure of its effect that tells
     * @param sql what the superuser asks
     * @param grows whether that counts what goes on, so that it must grow by the least, and not only be it
     */
    record Row(SessionStimulus stimulus, String figure, long least, String sql, boolean grows) {
        @Override
        public String toString() {
            return stimulus.kind();
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        new IdleInTransaction(new Size.Count(4), 3),
                        "idle in transaction",
                        4,
                        OURS + " AND state = 'idle in transaction' AND backend_xmin IS NULL",
                        false),
                new Row(
                        new LockHoard(new Size.Percent(25)),
                        "locks held",
                        1600,
                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted",
                        false),
                new Row(
                        new LockWaits(20, false),
                        "waiting for a lock",
                        20,
                        "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted",
                        false),
                new Row(
                        new LockWaits(5, true),
                        "waiting for a lock",
                        5,
                        "SELECT count(DISTINCT b) FROM pg_stat_activity, unnest(pg_blocking_pids(pid)) AS b",
                        false),
                new Row(
                        new DeadlockStorm(15, 4),
                        "deadlocks so far",
                        15,
                        "SELECT deadlocks FROM pg_stat_database WHERE datname = 'app'",
                        true),
                new Row(new CommitStorm(25_000, 6), "commits a second", 20_000, COMMITS.formatted("app"), true),
                new Row(
                        new StatementTimeoutStorm(50),
                        "timed out a second",
                        40,
                        "SELECT xact_rollback FROM pg_stat_database WHERE datname = 'app'",
                        true),
                new Row(
                        new TransactionIdAge(320_000),
                        "since the snapshot",
                        320_000,
                        "SELECT max(age(backend_xmin)) FROM pg_stat_activity",
                        false),
                new Row(
                        new Workload(100, 6, List.of("app", "other")),
                        "commits a second in other",
                        80,
                        "SELECT least((%s), (%s))".formatted(COMMITS.formatted("app"), COMMITS.formatted("other")),
                        true));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itsEffectIsSeenFromOutsideAndNothingIsLeft(Row row) throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(row.stimulus())) {
            var held = prepared.apply(StimulusBed.progress());
            assertThat(StimulusBed.figure(held.effect(), row.figure())).isGreaterThanOrEqualTo(row.least());
            var since = row.grows() ? seen(row) : 0;
            Awaitility.await().untilAsserted(() -> assertThat(seen(row) - since).isGreaterThanOrEqualTo(row.least()));
            assertThat(bed.changedSince(before)).isNotEmpty();
            held.release();
        }
        assertThat(bed.changedSince(before)).isEmpty();
        assertNothingHoldsBack();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nothingIsLeftAfterACrash(Row row) throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(row.stimulus())) {
            var held = prepared.apply(StimulusBed.progress());
            assertThat(held.effect().summary()).contains(row.figure());
            bed.stressor().undo(prepared.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
        assertNothingHoldsBack();
    }

    private long seen(Row row) throws Exception {
        return Long.parseLong(bed.ask(row.sql()));
    }

    private void assertNothingHoldsBack() throws Exception {
        assertThat(bed.ask("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                        + " AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)"))
                .isEqualTo("0");
        assertThat(bed.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' OR NOT granted"))
                .isEqualTo("0");
    }

    /** What is too much, and the bound that is named. */
    record TooMuch(SessionStimulus stimulus, String bound) {
        @Override
        public String toString() {
            return stimulus.kind();
        }
    }

    static Stream<TooMuch> tooMuch() {
        return Stream.of(
                new TooMuch(new IdleInTransaction(new Size.Percent(100), 3), "must stay free"),
                new TooMuch(new LockHoard(new Size.Percent(61)), "at most 60%, 3840"),
                new TooMuch(new LockWaits(97, false), "must stay free"),
                new TooMuch(new DeadlockStorm(15, 50), "must stay free"),
                new TooMuch(new DeadlockStorm(10_000, 4), "lower count or raise pairs"),
                new TooMuch(new CommitStorm(50_001, 6), "at most 50000"),
                new TooMuch(new StatementTimeoutStorm(1_001), "at most 1000"),
                new TooMuch(new TransactionIdAge(10_000_001), "at most 10000000"),
                new TooMuch(new Workload(2_600, 6, List.of("app", "other")), "at most 5000"),
                new TooMuch(new Workload(10, 50, List.of("app", "other")), "must stay free"),
                new TooMuch(new Workload(10, 1, List.of("nowhere")), "there is no database nowhere"),
                new TooMuch(new Lull("app"), "needs a background load app"));
    }

    @ParameterizedTest
    @MethodSource("tooMuch")
    void whatIsTooMuchIsRefused(TooMuch row) throws Exception {
        var before = bed.belongings();
        assertThatThrownBy(() -> bed.prepare(row.stimulus())).hasMessageContaining(row.bound());
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void withoutTheRightToMakeASchemaLockWaitsAreRefused() throws Exception {
        bed.superuser("REVOKE CREATE ON DATABASE app FROM PUBLIC", "ALTER DATABASE app OWNER TO postgres");
        try {
            assertThatThrownBy(() -> bed.prepare(new LockWaits(2, false)))
                    .hasMessageContaining("GRANT CREATE ON DATABASE");
        } finally {
            bed.superuser("ALTER DATABASE app OWNER TO " + PostgresServer.STRESS_ROLE);
        }
    }

    @Test
    void withoutTheRightToConnectAWorkloadIsRefused() throws Exception {
        bed.superuser("REVOKE CONNECT ON DATABASE other FROM PUBLIC");
        try {
            assertThatThrownBy(() -> bed.prepare(new Workload(10, 1, List.of("other"))))
                    .hasMessageContaining("GRANT CONNECT ON DATABASE \"other\" TO \"" + PostgresServer.STRESS_ROLE);
        } finally {
            bed.superuser("GRANT CONNECT ON DATABASE other TO PUBLIC");
        }
    }

    @Test
    void aLullStopsTheLoadAndItsReleaseTakesItUpAgain() throws Exception {
        var before = bed.belongings();
        try (var load = new BackgroundLoad(bed.prepare(new Workload(50, 6, List.of())));
                var lull = load.lull();
                var another = load.lull()) {
            var going = load.apply(StimulusBed.progress());
            assertThat(bed.ask(OURS)).isEqualTo("6");

            var held = lull.apply(StimulusBed.progress());
            assertThat(StimulusBed.figure(held.effect(), "sessions ended")).isEqualTo(6);
            assertThat(bed.ask(OURS)).isEqualTo("0");
            assertThatThrownBy(() -> another.apply(StimulusBed.progress())).hasMessageContaining("already");

            assertThat(held.release().summary()).contains("6 sessions in app", "commits a second");
            assertThat(bed.ask(OURS)).isEqualTo("6");
            going.release();
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void nothingIsLeftAfterACrashInALull() throws Exception {
        var before = bed.belongings();
        try (var load = new BackgroundLoad(bed.prepare(new IdleInTransaction(new Size.Count(2), 3)));
                var lull = load.lull()) {
            load.apply(StimulusBed.progress());
            lull.apply(StimulusBed.progress()).release();
            assertThat(bed.ask(OURS)).isEqualTo("2");
            bed.stressor().undo(lull.undo(), Duration.ofSeconds(10));
            bed.stressor().undo(load.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }
}
