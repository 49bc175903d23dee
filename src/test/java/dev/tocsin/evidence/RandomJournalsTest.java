package dev.tocsin.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Seeds;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.domain.verdict.Judge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Facts of the written cases in any order, doubled and dropped: whatever comes, the fold and the judge hold. */
final class RandomJournalsTest {
    private static final int JOURNALS = 2000;
    private static final int FACTS = 12;

    @Test
    void neverPassesWhatCannotBeAPass() throws Exception {
        var good = written("rings-and-resolves");
        var any = new ArrayList<>(good);
        for (var name : List.of("firing-before-never-counts", "blind-window", "aborted", "anomaly")) {
            any.addAll(written(name));
        }
        var passed = 0;
        var seeds = Seeds.first(JOURNALS);
        for (long seed : seeds) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            var journal = random.nextBoolean() ? spoiled(random, good, any) : chance(random, any);
            var run = RunState.fold(Case.RUN, journal).orElseThrow();
            if (Judge.judge(run, run.lastHeard()).conclusion().equals(Optional.of(Conclusion.PASSED))) {
                isAPass(seed, run);
                passed++;
            }
        }
        if (seeds.size() >= JOURNALS) {
            assertThat(passed)
                    .as("journals that pass: with none or with all of them nothing was tried")
                    .isBetween(seeds.size() / 20, seeds.size() / 2);
        }
    }

    private static void isAPass(long seed, RunState run) {
        var verdict = Judge.judge(run, run.lastHeard());
        assertThat(run.abort()).as("seed %d", seed).isEmpty();
        assertThat(run.broke()).isEmpty();
        assertThat(run.stimuli().values())
                .as("what was on when Tocsin died is no proof before its alert was heard")
                .allMatch(trace -> !trace.interrupted()
                        || run.episodes().all().stream()
                                .anyMatch(episode -> episode.delivered().isPresent()));
        assertThat(run.anomalies()).isEmpty();
        assertThat(verdict.reasons()).isEmpty();
        assertThat(verdict.checks()).allMatch(check -> check.result() == Check.Result.PASSED);
        var starting = run.stimulus("flood").orElseThrow().starting();
        assertThat(run.episodes().all())
                .anyMatch(episode -> episode.labels().alertname().equals("Busy")
                        && !episode.startsAt().isBefore(starting)
                        && episode.resolved().isPresent());
    }

    private static List<Recorded> written(String name) throws Exception {
        return Case.read(Path.of("src/test/resources/cases/" + name + ".yaml"));
    }

    /** A good run with up to three facts lost, told twice, told late or slipped in. */
    private static List<Recorded> spoiled(RandomGenerator random, List<Recorded> good, List<Recorded> any) {
        var facts = new ArrayList<>(good.stream().map(Recorded::fact).toList());
        for (var spoils = random.nextInt(4); spoils > 0; spoils--) {
            var place = 1 + random.nextInt(facts.size() - 1);
            switch (random.nextInt(4)) {
                case 0 -> facts.remove(place);
                case 1 -> facts.add(place, facts.get(place));
                case 2 -> facts.add(1 + random.nextInt(facts.size() - 1), facts.remove(place));
                default -> facts.add(place, any(random, any));
            }
        }
        var recorded = new ArrayList<Recorded>();
        for (var fact : facts) {
            var time = good.get(Math.min(recorded.size(), good.size() - 1)).at();
            recorded.add(new Recorded(recorded.size() + 1L, time, fact));
        }
        return recorded;
    }

    /** The beginning of a run, and then whatever comes. */
    private static List<Recorded> chance(RandomGenerator random, List<Recorded> any) {
        var facts = new ArrayList<>(List.of(any.getFirst()));
        var at = any.getFirst().at();
        for (var i = 0; i < FACTS; i++) {
            at = at.plusMillis(random.nextInt(2000));
            facts.add(new Recorded(facts.size() + 1L, at, any(random, any)));
        }
        facts.add(new Recorded(facts.size() + 1L, at, new Fact.RunEnded(Case.RUN)));
        return facts;
    }

    private static Fact any(RandomGenerator random, List<Recorded> written) {
        return written.get(random.nextInt(written.size())).fact();
    }
}
