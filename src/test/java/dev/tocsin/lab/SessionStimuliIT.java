package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.SessionStimulus.CommitStorm;
import dev.tocsin.domain.scenario.SessionStimulus.ConnectionFlood;
import dev.tocsin.domain.scenario.SessionStimulus.DeadlockStorm;
import dev.tocsin.domain.scenario.SessionStimulus.IdleInTransaction;
import dev.tocsin.domain.scenario.SessionStimulus.LockHoard;
import dev.tocsin.domain.scenario.SessionStimulus.LockWaits;
import dev.tocsin.domain.scenario.SessionStimulus.Lull;
import dev.tocsin.domain.scenario.SessionStimulus.RollbackStorm;
import dev.tocsin.domain.scenario.SessionStimulus.SleepLoad;
import dev.tocsin.domain.scenario.SessionStimulus.StatementTimeoutStorm;
import dev.tocsin.domain.scenario.SessionStimulus.TransactionIdAge;
import dev.tocsin.domain.scenario.SessionStimulus.Workload;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.stress.BackgroundLoad;
import dev.tocsin.stress.Prepared;
import dev.tocsin.stress.Progress;
import dev.tocsin.stress.StressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What sessions do, on a real server. */
@Order(Tier.LONG)
final class SessionStimuliIT extends StimulusContract<StimulusBed> {
    private static final String OURS = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tocsin:%'";
    private static final String COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = '%s'";

    /** Rates that a busy machine reaches too: one that is not reached is no effect, and rightly refused. */
    static final List<StimulusCase> CASES = List.of(
            StimulusCase.raises(new ConnectionFlood(new Size.Percent(70), Duration.ZERO, 3), OURS, 60)
                    .measured("sessions held", 60),
            StimulusCase.raises(
                            new SleepLoad(new Size.Count(4), false, 3),
                            OURS + " AND state = 'active' AND query LIKE '%pg_sleep%'",
                            4)
                    .measured("sessions asleep", 4),
            StimulusCase.raises(
                            new SleepLoad(new Size.Count(4), true, 3),
                            OURS + " AND state = 'active' AND query LIKE 'BEGIN;%pg_sleep%'",
                            4)
                    .measured("sessions asleep", 4)
                    .undoneAsAnother(),
            StimulusCase.raises(
                            new IdleInTransaction(new Size.Count(4), 3),
                            OURS + " AND state = 'idle in transaction' AND backend_xmin IS NULL",
                            4)
                    .measured("idle in transaction", 4),
            StimulusCase.raises(
                            new LockHoard(new Size.Percent(25)),
                            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted",
                            1600)
                    .measured("locks held", 1600),
            StimulusCase.raises(
                            new LockWaits(20, false), "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted", 20)
                    .measured("waiting for a lock", 20),
            StimulusCase.raises(
                            new LockWaits(5, true),
                            "SELECT count(DISTINCT b) FROM pg_stat_activity, unnest(pg_blocking_pids(pid)) AS b",
                            5)
                    .measured("waiting for a lock", 5),
            StimulusCase.keepsRaising(
                            new DeadlockStorm(15, 4),
                            "SELECT deadlocks FROM pg_stat_database WHERE datname = 'app'",
                            15)
                    .measured("deadlocks so far", 15),
            StimulusCase.keepsRaising(
                            new RollbackStorm(100, 2),
                            "SELECT xact_rollback FROM pg_stat_database WHERE datname = 'app'",
                            50)
                    .measured("rolled back", 50),
            StimulusCase.keepsRaising(new CommitStorm(1_000, 6), COMMITS.formatted("app"), 800)
                    .measured("commits a second", 800),
            StimulusCase.keepsRaising(
                            new StatementTimeoutStorm(50),
                            "SELECT xact_rollback FROM pg_stat_database WHERE datname = 'app'",
                            40)
                    .measured("timed out a second", 40),
            StimulusCase.raises(
                            new TransactionIdAge(320_000),
                            "SELECT coalesce(max(age(backend_xmin)), 0) FROM pg_stat_activity",
                            310_000)
                    .measured("since the snapshot", 320_000),
            StimulusCase.keepsRaising(
                            new Workload(100, 6, List.of("app", "other")),
                            "SELECT least((%s), (%s))".formatted(COMMITS.formatted("app"), COMMITS.formatted("other")),
                            80)
                    .measured("commits a second in other", 80),
            StimulusCase.raises(new Lull("app"), OURS.replace("count(*)", "-count(*)"), 0)
                    .measured("sessions ended", 6)
                    .readied(LoadAndLull::of));

    /** A load that is begun with its lull, and ended with it. */
    private record LoadAndLull(BackgroundLoad load, Prepared lull) implements Prepared {
        static LoadAndLull of(StressedBed bed) throws Exception {
            var load = new BackgroundLoad(bed.prepare(bed.stressor(), new Workload(50, 6, List.of())));
            return new LoadAndLull(load, load.lull());
        }

        @Override
        public Undo undo() {
            return lull.undo();
        }

        @Override
        public Held apply(Progress progress) throws StressException, InterruptedException {
            var going = load.apply(progress);
            var quiet = lull.apply(progress);
            return new Held() {
                @Override
                public Effect effect() {
                    return quiet.effect();
                }

                @Override
                public Effect release() throws StressException, InterruptedException {
                    quiet.release();
                    return going.release();
                }
            };
        }

        @Override
        public void close() {
            lull.close();
            load.close();
        }
    }

    SessionStimuliIT() throws Exception {
        super(new StimulusBed(Map.of("deadlock_timeout", "100ms", "autovacuum", "off")));
    }

    @BeforeAll
    void giveTheRoleNothing() throws Exception {
        bed.superuser(
                "ALTER DATABASE app OWNER TO postgres",
                "CREATE DATABASE other",
                "REVOKE CONNECT ON DATABASE other FROM PUBLIC");
    }

    @Override
    List<StimulusCase> cases() {
        return CASES;
    }

    /** What a failed test held on to must not fail the next. */
    @AfterEach
    void end() throws Exception {
        bed.superuser("DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                + " WHERE application_name LIKE 'tocsin:%'; END $$");
    }

    @Override
    List<TooMuch> tooMuch() {
        return List.of(
                new TooMuch(new ConnectionFlood(new Size.Percent(100), Duration.ZERO, 3), "must stay free"),
                new TooMuch(new SleepLoad(new Size.Count(100), false, 3), "must stay free"),
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

    @Test
    void aLullStopsTheLoadAndItsReleaseTakesItUpAgain() throws Exception {
        var before = bed.belongings();
        try (var load = new BackgroundLoad(prepare(new Workload(50, 6, List.of())));
                var lull = load.lull();
                var another = load.lull()) {
            var going = load.apply(StressedBed.progress());
            assertThat(bed.ask(OURS)).isEqualTo("6");

            var held = lull.apply(StressedBed.progress());
            assertThat(figure(held.effect(), "sessions ended")).isEqualTo(6);
            assertThat(bed.ask(OURS)).isEqualTo("0");
            assertThatThrownBy(() -> another.apply(StressedBed.progress())).hasMessageContaining("already");

            assertThat(held.release().summary()).contains("6 sessions in app", "commits a second");
            assertThat(bed.ask(OURS)).isEqualTo("6");
            going.release();
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void nothingIsLeftAfterACrashInALull() throws Exception {
        var before = bed.belongings();
        try (var load = new BackgroundLoad(prepare(new IdleInTransaction(new Size.Count(2), 3)));
                var lull = load.lull()) {
            load.apply(StressedBed.progress());
            lull.apply(StressedBed.progress()).release();
            assertThat(bed.ask(OURS)).isEqualTo("2");
            bed.stressor().undo(lull.undo(), Duration.ofSeconds(10));
            bed.stressor().undo(load.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }
}
