package dev.tocsin.domain.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random histories, judged by the ledger and by a model that keeps every commit by itself. */
final class SurveyTest {
    private static final int HISTORIES = 3000;
    private static final int WRITERS = 3;
    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

    private enum Outcome {
        ACKNOWLEDGED,
        REJECTED,
        INDETERMINATE,
        /** Sent, and Tocsin died before it was noted. */
        UNRECORDED
    }

    /** What a history holds, commit by commit. */
    private static final class Model {
        private final List<TreeMap<Long, Outcome>> outcomes = new ArrayList<>();
        private final List<Long> reserved = new ArrayList<>();
        private final List<TreeSet<Long>> present = new ArrayList<>();
        private boolean stopped;
    }

    @Test
    void agreesWithAModelOfSingleCommits() {
        var lost = 0;
        var phantoms = 0;
        var seeds = Seeds.first(HISTORIES);
        for (long seed : seeds) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            var model = model(random);
            var ledger = ledger(random, model);
            var survey = Survey.of(ledger, read(model));

            for (var writer = 0; writer < WRITERS; writer++) {
                assertThat(set(survey.lost().get(writer)))
                        .as("lost, seed %d", seed)
                        .isEqualTo(lost(model, writer));
                assertThat(set(survey.phantom().get(writer)))
                        .as("phantom, seed %d", seed)
                        .isEqualTo(phantom(model, writer));
                assertThat(set(survey.reordered().get(writer)))
                        .as("reordered, seed %d", seed)
                        .isEqualTo(reordered(model, writer));
            }
            assertThat(survey.survived())
                    .as("survived, seed %d", seed)
                    .isEqualTo(count(model, Outcome.ACKNOWLEDGED, true));
            assertThat(ledger.acknowledged()).isEqualTo(survey.survived() + Survey.count(survey.lost()));
            lost += (int) Survey.count(survey.lost());
            phantoms += (int) Survey.count(survey.phantom());
        }
        if (seeds.size() >= HISTORIES) {
            assertThat(lost).as("with none nothing was tried").isGreaterThan(seeds.size());
            assertThat(phantoms).isGreaterThan(seeds.size() / 2);
        }
    }

    /** Without knowing that the writers stopped, any reserved number may have been sent. */
    @Test
    void rowsThatWereReservedAndNeverNotedAreNoPhantoms() {
        var ledger = opened().after(START, new Note.CommitsReserved(List.of(100L, 100L, 100L)));
        var survey = Survey.of(ledger, read(0, "1-100"));

        assertThat(Survey.count(survey.phantom())).isZero();
        assertThat(survey.resolved()).isEqualTo(100);
        assertThat(survey.vanished()).isEqualTo(200);
    }

    @Test
    void aNumberAboveTheLastThatWasSentIsAPhantom() {
        var ledger = opened().after(START, new Note.CommitsReserved(List.of(100L, 100L, 100L)))
                .after(START, new Note.WritersStopped(List.of(5L, 5L, 5L)));

        assertThat(Survey.listed(Survey.of(ledger, read(0, "1-6")).phantom()).first())
                .containsExactly("writer 0 commit 6");
    }

    @Test
    void tellsHowFarBackALossReaches() {
        var ledger = opened().after(START, new Note.CommitsReserved(List.of(100L, 100L, 100L)));
        for (var second = 0; second < 10; second++) {
            ledger = ledger.after(START, batch(second, Numbers.range(1 + 10L * second, 10 + 10L * second)));
        }
        ledger = ledger.after(
                START,
                new Note.CommitsConcluded(
                        List.of(),
                        Optional.of(START.plusSeconds(20)),
                        Optional.of(START.plusSeconds(20)),
                        Duration.ZERO,
                        List.of(new Note.Outage(START.plusSeconds(11), START.plusSeconds(20))),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        Optional.of(99_000L)));
        var survey = Survey.of(ledger, read(0, "1-75,101"));

        assertThat(Survey.count(survey.lost())).isEqualTo(25);
        var losses = ledger.losses(survey.lost()).orElseThrow();
        assertThat(losses.earliest()).isEqualTo(START.plusSeconds(7));
        assertThat(losses.time()).isEqualTo(Duration.ofSeconds(4));
        assertThat(losses.walBytes()).contains(3000L);
        assertThat(ledger.longestGap().orElseThrow().time()).isEqualTo(Duration.ofMillis(10_500));
    }

    private static Note.CommitsConcluded batch(int second, Numbers acknowledged) {
        return new Note.CommitsConcluded(
                List.of(new Note.Outcomes(0, acknowledged, List.of(), List.of())),
                Optional.of(START.plusSeconds(second)),
                Optional.of(START.plusSeconds(second).plusMillis(500)),
                Duration.ofMillis(100),
                List.of(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.of(1000L * second));
    }

    /** A long run costs as much as it has ranges, and not as it has commits. */
    @Test
    void foldsAMillionCommits() {
        var ledger = opened();
        for (var batch = 0; batch < 10_000; batch++) {
            ledger = ledger.after(START, batch(batch, Numbers.range(1 + 100L * batch, 100 + 100L * batch)));
        }
        assertThat(ledger.acknowledged()).isEqualTo(1_000_000);
        assertThat(ledger.writers().getFirst().acknowledged().ranges()).isEqualTo(1);
        assertThat(ledger.batches()).hasSize(10_000);
    }

    private static Model model(RandomGenerator random) {
        var model = new Model();
        model.stopped = random.nextBoolean();
        for (var writer = 0; writer < WRITERS; writer++) {
            var sent = random.nextInt(30);
            var outcomes = new TreeMap<Long, Outcome>();
            var present = new TreeSet<Long>();
            for (var n = 1L; n <= sent; n++) {
                var outcome = Outcome.values()[random.nextInt(model.stopped ? 3 : 4)];
                outcomes.put(n, outcome);
                if (random.nextInt(10) < (outcome == Outcome.REJECTED ? 1 : 9)) {
                    present.add(n);
                }
            }
            model.reserved.add((long) sent + random.nextInt(10));
            if (random.nextInt(3) == 0) {
                present.add(sent + 1L + random.nextInt(20));
            }
            model.outcomes.add(outcomes);
            model.present.add(present);
        }
        return model;
    }

    private static Ledger ledger(RandomGenerator random, Model model) {
        var ledger = opened().after(START, new Note.CommitsReserved(model.reserved));
        for (var writer = 0; writer < WRITERS; writer++) {
            for (var one : model.outcomes.get(writer).entrySet()) {
                ledger = ledger.after(START, concluded(writer, one.getKey(), one.getValue()));
                if (random.nextInt(8) == 0) {
                    ledger = ledger.after(START, new Note.CommitsReserved(model.reserved));
                }
            }
        }
        return model.stopped
                ? ledger.after(
                        START,
                        new Note.WritersStopped(model.outcomes.stream()
                                .map(outcomes -> (long) outcomes.size())
                                .toList()))
                : ledger;
    }

    private static Note concluded(int writer, long n, Outcome outcome) {
        var number = Numbers.of(n);
        return new Note.CommitsConcluded(
                List.of(new Note.Outcomes(
                        writer,
                        outcome == Outcome.ACKNOWLEDGED ? number : Numbers.NONE,
                        outcome == Outcome.REJECTED ? List.of(new Note.Rejected(number, "23505", "no")) : List.of(),
                        outcome == Outcome.INDETERMINATE ? List.of(new Note.Unknown(number, "lost")) : List.of())),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO,
                List.of(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty());
    }

    private static Ledger opened() {
        return Ledger.NONE.after(START, new Note.LedgerOpened("tocsin_x", WRITERS, 2));
    }

    private static Note.LedgerRead read(Model model) {
        var writers = new ArrayList<Note.Present>();
        for (var writer = 0; writer < WRITERS; writer++) {
            var builder = new Numbers.Builder();
            model.present.get(writer).forEach(builder::add);
            writers.add(new Note.Present(writer, builder.build(), Numbers.NONE));
        }
        return new Note.LedgerRead(1, "seq", true, "", 0, writers, Listed.NONE, Listed.NONE, Listed.NONE);
    }

    private static Note.LedgerRead read(int writer, String numbers) {
        return new Note.LedgerRead(
                1,
                "seq",
                true,
                "",
                0,
                List.of(new Note.Present(writer, Numbers.parse(numbers), Numbers.NONE)),
                Listed.NONE,
                Listed.NONE,
                Listed.NONE);
    }

    private static TreeSet<Long> lost(Model model, int writer) {
        return model.outcomes.get(writer).entrySet().stream()
                .filter(one -> one.getValue() == Outcome.ACKNOWLEDGED)
                .map(one -> one.getKey())
                .filter(n -> !model.present.get(writer).contains(n))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static TreeSet<Long> phantom(Model model, int writer) {
        var outcomes = model.outcomes.get(writer);
        var most = model.stopped ? outcomes.size() : model.reserved.get(writer);
        return model.present.get(writer).stream()
                .filter(n -> n > most || outcomes.get(n) == Outcome.REJECTED)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static TreeSet<Long> reordered(Model model, int writer) {
        var lost = lost(model, writer);
        return lost.isEmpty()
                ? new TreeSet<>()
                : new TreeSet<>(model.present.get(writer).tailSet(lost.first(), false));
    }

    private static long count(Model model, Outcome outcome, boolean there) {
        var count = 0L;
        for (var writer = 0; writer < WRITERS; writer++) {
            for (var one : model.outcomes.get(writer).entrySet()) {
                if (one.getValue() == outcome && model.present.get(writer).contains(one.getKey()) == there) {
                    count++;
                }
            }
        }
        return count;
    }

    private static TreeSet<Long> set(Numbers numbers) {
        return numbers.stream().boxed().collect(Collectors.toCollection(TreeSet::new));
    }
}
