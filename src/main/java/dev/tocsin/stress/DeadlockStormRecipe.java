package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.DeadlockStorm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Pairs of sessions take two advisory locks crosswise; the server ends one of each pair, and they begin again. */
record DeadlockStormRecipe(DeadlockStorm storm) implements Recipe {
    private static final String DEADLOCK = "40P01";
    private static final String TIMEOUT =
            "SELECT setting::bigint FROM pg_settings WHERE name = 'deadlock_timeout'"; // in milliseconds
    private static final String DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

    /** A server with a short timeout resolves a deadlock at once; more than these would only fill its log. */
    private static final int PER_PAIR_AND_SECOND = 5;

    private static final Duration LONGEST = Duration.ofSeconds(45);

    /** Two sessions, and the key by which their locks differ from those of other pairs. */
    private record Pair(Sql one, Sql other, int key) {}

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        SlotBound.beside(place, 2 * storm.pairs());
        var timeout = Duration.ofMillis(place.control().number(TIMEOUT));
        var rounds = Math.ceilDiv(storm.count(), storm.pairs());
        var takes = timeout.plus(Duration.ofSeconds(1).dividedBy(PER_PAIR_AND_SECOND))
                .multipliedBy(rounds);
        if (takes.compareTo(LONGEST) > 0) {
            throw new StressException(
                    ("%d deadlocks from %d pairs take %d s with a deadlock_timeout of %d ms, and at most %d s are waited for:"
                                    + " lower count or raise pairs")
                            .formatted(
                                    storm.count(),
                                    storm.pairs(),
                                    takes.toSeconds(),
                                    timeout.toMillis(),
                                    LONGEST.toSeconds()));
        }
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var before = place.control().number(DEADLOCKS);
        var patience = Duration.ofMillis(place.control().number(TIMEOUT)).plus(Sql.ANSWER);
        var pairs = new ArrayList<Pair>();
        for (var i = 0; i < storm.pairs(); i++) {
            pairs.add(new Pair(place.session(), place.session(), place.key() + i));
        }
        place.load(
                pairs.stream().map(Pair::one).toList(),
                storm.pairs() * PER_PAIR_AND_SECOND,
                one -> deadlock(
                        pairs.stream()
                                .filter(pair -> pair.one().equals(one))
                                .findFirst()
                                .orElseThrow(),
                        patience));
        var counted = place.await(progress, DEADLOCKS, seen -> seen >= before + storm.count());
        return new Effect.Measured(List.of(new Effect.Figure("deadlocks so far", counted - before)));
    }

    /** Whichever of the two the server ends, the other one then has both locks. */
    private static void deadlock(Pair pair, Duration patience) throws StressException {
        pair.one().run("BEGIN; " + lock(pair, 1));
        pair.other().run("BEGIN; " + lock(pair, 2));
        pair.one().send(lock(pair, 2)).onFailure(_ -> {}); // the server may end this one
        var _ = pair.other().endsWith(DEADLOCK, lock(pair, 1), patience);
        pair.other().run("ROLLBACK");
        pair.one().run("ROLLBACK", patience);
    }

    private static String lock(Pair pair, int which) {
        return "SELECT pg_advisory_xact_lock(%d, %d)".formatted(pair.key(), which);
    }
}
