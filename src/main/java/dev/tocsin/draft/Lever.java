package dev.tocsin.draft;

import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.MonitoringStimulus;
import dev.tocsin.domain.scenario.ServerStimulus;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.TableStimulus;
import dev.tocsin.draft.model.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A stimulus from weak to strong.
 *
 * @param levels ascending
 * @param beyond what would be stronger still, and Tocsin will not do
 * @param bound what keeps it from that
 */
record Lever(List<Stimulus> levels, List<Stimulus> beyond, String bound) {
    private static final int LOCKS_BOUND = 60;
    private static final Duration POLITE = Duration.ofSeconds(30);

    Lever {
        levels = List.copyOf(levels);
        beyond = List.copyOf(beyond);
    }

    String kind() {
        return levels.getFirst().kind();
    }

    Stimulus strongest() {
        return levels.getLast();
    }

    /** All that there are on a server, those that disturb least and are most to the point first. */
    static List<Lever> on(World world, Set<String> settings) {
        var all = new ArrayList<Lever>();
        Stream.concat(Stream.of("work_mem"), settings.stream().sorted())
                .distinct()
                .flatMap(name -> change(world, name).stream())
                .forEach(change -> all.add(only(change)));
        world.canary().ifPresent(relation -> {
            all.add(only(new MonitoringStimulus.ExporterQueryFailure(relation)));
            all.add(new Lever(
                    Stream.of(700, 2000, 5000)
                            .<Stimulus>map(millis ->
                                    new MonitoringStimulus.ExporterSlowdown(relation, Duration.ofMillis(millis)))
                            .toList(),
                    List.of(),
                    ""));
        });
        sessions(world, all);
        tables(all);
        server(all);
        all.add(only(new MonitoringStimulus.ExporterLockout()));
        all.add(only(new MonitoringStimulus.NetworkIsolation(MonitoringStimulus.NetworkIsolation.Of.EXPORTER)));
        all.add(new Lever(
                List.of(
                        new ClusterStimulus.PodKill(POLITE, Optional.empty()),
                        new ClusterStimulus.PodKill(Duration.ZERO, Optional.empty())),
                List.of(),
                ""));
        all.add(only(new ClusterStimulus.NodeRestart(false, false, Duration.ofMinutes(10))));
        return all;
    }

    private static void sessions(World world, List<Lever> all) {
        all.add(flood(world));
        var usable = world.usable() - world.sessions();
        all.add(counted(
                n -> new SessionStimulus.SleepLoad(new Size.Count(n), true, 3),
                usable,
                "only %d slots may be taken".formatted(usable)));
        all.add(counted(
                n -> new SessionStimulus.IdleInTransaction(new Size.Count(n), 3),
                usable,
                "only %d slots may be taken".formatted(usable)));
        all.add(counted(
                n -> new SessionStimulus.LockWaits(Math.max(5, n), false),
                Math.min(usable - 1, 80),
                "only %d sessions may wait".formatted(Math.min(usable - 1, 80))));
        all.add(new Lever(
                IntStream.of(2, 5, 8, 11, 15, 20, 25, 30, 35, 40, 45, 50, 55, LOCKS_BOUND)
                        .<Stimulus>mapToObj(Lever::locks)
                        .toList(),
                IntStream.of(80, 99).<Stimulus>mapToObj(Lever::locks).toList(),
                "the lock table is shared, so no more than 60% of it"));
        all.add(counted(n -> new SessionStimulus.RollbackStorm(Math.max(200, n), 2), 2000, "at most 2000 a second"));
        all.add(counted(n -> new SessionStimulus.CommitStorm(Math.max(100, n), 6), 50_000, "at most 50000 a second"));
        all.add(counted(
                n -> new SessionStimulus.StatementTimeoutStorm(Math.max(50, n)), 1000, "at most 1000 a second"));
        all.add(counted(
                n -> new SessionStimulus.DeadlockStorm(Math.max(15, 3 * n), Math.max(4, n)), 16, "at most 16 at once"));
    }

    private static Stimulus locks(int percent) {
        return new SessionStimulus.LockHoard(new Size.Percent(percent));
    }

    /** One by one, because a rule may want the very last slot. */
    private static Lever flood(World world) {
        IntFunction<Stimulus> flood = n -> new SessionStimulus.ConnectionFlood(
                new Size.Count(n), Duration.ZERO, world.settings().reserved());
        var most = world.settings().maxConnections() - world.settings().reserved();
        return new Lever(
                IntStream.rangeClosed(Math.min(world.sessions() + 1, most), most)
                        .mapToObj(flood)
                        .toList(),
                IntStream.of(world.settings().maxConnections(), 2 * most, 10 * most)
                        .mapToObj(flood)
                        .toList(),
                "%d of %d connections are kept for superusers"
                        .formatted(world.settings().reserved(), world.settings().maxConnections()));
    }

    private static void tables(List<Lever> all) {
        all.add(sized(
                size -> new TableStimulus.DiskFill(size, Optional.empty()),
                megabytes(16, 64, 190, 512, 1024, 2048),
                megabytes(16_384, 262_144)));
        all.add(sized(ServerStimulus.WalBurst::new, megabytes(1, 5, 10, 20, 40), megabytes(200, 2000)));
        all.add(rows(TableStimulus.RowFlood.Operation.INSERT));
        all.add(counted(n -> new TableStimulus.DeadTuples(Math.max(n, 20_000)), 20_000_000, "at most 20000000 rows"));
        all.add(only(new TableStimulus.StaleVacuum(1000)));
        all.add(only(new TableStimulus.InvalidIndex(1000)));
        all.add(sized(TableStimulus.Bloat::new, megabytes(64, 128, 255, 512, 1024), megabytes(4096, 65_536)));
        all.add(only(new TableStimulus.SequenceExhaustion(90)));
        all.add(new Lever(
                Stream.of(false, true)
                        .<Stimulus>map(reset -> new TableStimulus.ColdScan(new ByteSize(120L << 20), 2, reset))
                        .toList(),
                List.of(),
                ""));
        all.add(counted(n -> new TableStimulus.IndexScans(n, 1000), 1000, "at most 1000 scans a second"));
        all.add(counted(
                n -> new TableStimulus.TemporaryFiles(n, new ByteSize(2L << 20)),
                20,
                "at most 20 files of 2MB a second"));
        all.add(sized(
                size -> new TableStimulus.TemporaryFiles(2, size), megabytes(8, 32, 128), megabytes(2048, 65_536)));
        all.add(rows(TableStimulus.RowFlood.Operation.UPDATE));
        all.add(rows(TableStimulus.RowFlood.Operation.DELETE));
    }

    private static void server(List<Lever> all) {
        all.add(new Lever(
                Stream.of(10, 5, 2, 1)
                        .<Stimulus>map(seconds -> new ServerStimulus.CheckpointStorm(Duration.ofSeconds(seconds)))
                        .toList(),
                List.of(),
                ""));
        for (var logical : List.of(false, true)) {
            all.add(sized(
                    size -> new ServerStimulus.UnusedSlot(logical, size, logical ? 25_000 : 0),
                    megabytes(1, 16, 64, 256, 1024),
                    megabytes(16_384, 262_144)));
        }
        all.add(new Lever(List.of(new ServerStimulus.UnusedSlot(true, rounded(1 << 20), 1_000_000)), List.of(), ""));
        all.add(new Lever(
                IntStream.of(6, 12, 24)
                        .<Stimulus>mapToObj(ServerStimulus.ArchiverFailure::new)
                        .toList(),
                IntStream.of(100, 1000)
                        .<Stimulus>mapToObj(ServerStimulus.ArchiverFailure::new)
                        .toList(),
                "at most 24 segments of WAL"));
        all.add(counted(
                SessionStimulus.TransactionIdAge::new, 10_000_000, "at most 10000000 transaction ids are used up"));
        all.add(sized(ServerStimulus.ReplayPause::new, megabytes(5, 20, 50), megabytes(200, 2000)));
        all.add(only(new ServerStimulus.StandbyDetach()));
        all.add(only(new ServerStimulus.StandbyPromotion()));
        all.add(only(new ServerStimulus.SubscriptionFailure(false)));
        all.add(only(new ServerStimulus.SubscriptionFailure(true)));
        all.add(new Lever(List.of(new ServerStimulus.SettingChange("shared_buffers", "17MB")), List.of(), ""));
    }

    private static Lever rows(TableStimulus.RowFlood.Operation operation) {
        return counted(n -> new TableStimulus.RowFlood(operation, n), 100_000, "at most 100000 rows a second");
    }

    private static Lever only(Stimulus stimulus) {
        return new Lever(List.of(stimulus), List.of(), "");
    }

    /** 1, 2, 3, 5, 7, 10, 15, 20, 30, …: fine enough, and round. */
    private static Lever counted(IntFunction<Stimulus> of, int most, String bound) {
        var within = new ArrayList<Stimulus>();
        for (var each : round(most)) {
            within.add(of.apply(each));
        }
        var beyond = bound.isEmpty()
                ? List.<Stimulus>of()
                : Stream.of(3L, 10L, 100L)
                        .map(factor -> of.apply((int) Math.min(Integer.MAX_VALUE, factor * most)))
                        .toList();
        return new Lever(within.stream().distinct().toList(), beyond, bound);
    }

    private static List<Integer> round(int most) {
        var all = new ArrayList<Integer>();
        for (var decade = 1L; decade <= most; decade *= 10) {
            for (var step : new double[] {1, 1.5, 2, 3, 5, 7}) {
                var value = decade * step;
                if (value == Math.rint(value) && value < most) {
                    all.add((int) value);
                }
            }
        }
        all.add(most);
        return all;
    }

    private interface OfSize {
        Stimulus of(ByteSize size);
    }

    private static Lever sized(OfSize of, List<ByteSize> within, List<ByteSize> beyond) {
        return new Lever(
                within.stream().map(of::of).toList(),
                beyond.stream().map(of::of).toList(),
                "at most " + within.getLast());
    }

    private static List<ByteSize> megabytes(int... sizes) {
        return IntStream.of(sizes)
                .mapToObj(each -> new ByteSize((long) each << 20))
                .toList();
    }

    private static ByteSize rounded(long bytes) {
        return new ByteSize(Math.ceilDiv(bytes, 1L << 20) << 20);
    }

    /** Another value of a setting that a reload takes over and that hurts nobody. */
    private static Optional<Stimulus> change(World world, String name) {
        return switch (name) {
            case "work_mem" -> {
                var now = (long) (world.settings().base(name) / 1024);
                yield Optional.of(new ServerStimulus.SettingChange(name, (now + 1024) + "kB"));
            }
            case "log_min_duration_statement" -> Optional.of(new ServerStimulus.SettingChange(name, "60s"));
            case "maintenance_work_mem" -> Optional.of(new ServerStimulus.SettingChange(name, "60MB"));
            case "random_page_cost" -> Optional.of(new ServerStimulus.SettingChange(name, "3.5"));
            case "effective_cache_size" -> Optional.of(new ServerStimulus.SettingChange(name, "1GB"));
            case "synchronous_commit", "autovacuum", "fsync", "full_page_writes" ->
                name.equals("synchronous_commit") || name.equals("autovacuum")
                        ? Optional.of(new ServerStimulus.SettingChange(name, "off"))
                        : Optional.empty();
            case "max_slot_wal_keep_size" -> Optional.of(new ServerStimulus.SettingChange(name, "10GB"));
            case "checkpoint_timeout" -> Optional.of(new ServerStimulus.SettingChange(name, "4min"));
            case "statement_timeout", "idle_in_transaction_session_timeout" ->
                Optional.of(new ServerStimulus.SettingChange(name, "1h"));
            default -> Optional.empty();
        };
    }
}
