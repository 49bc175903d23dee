package dev.tocsin.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.domain.verdict.Judge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Facts of the written cases in any order, doubled and dropped: whatever comes, the fold and the judge hold. */
final class RandomJournalsTest {
    private static final int JOURNALS = 2000;
    private static final int FACTS = 12;

    @Test
    void neverPassesWhatCannotBeAPass() throws Exception {
        var written = written();
        for (var seed = 0L; seed < JOURNALS; seed++) {
            holds(seed, RunState.fold(Case.RUN, journal(seed, written)).orElseThrow());
        }
    }

    private static void holds(long seed, RunState run) {
        var verdict = Judge.judge(run, run.lastHeard());

        var passed = verdict.conclusion().equals(java.util.Optional.of(Conclusion.PASSED));
        if (!passed) {
            return;
        }
        assertThat(run.abort()).as("seed %d", seed).isEmpty();
        assertThat(run.broke()).isEmpty();
        assertThat(run.blind()).isEmpty();
        assertThat(run.anomalies()).isEmpty();
        assertThat(verdict.reasons()).isEmpty();
        assertThat(verdict.checks()).allMatch(check -> check.result() == Check.Result.PASSED);
        var starting = run.stimulus("flood").orElseThrow().starting();
        assertThat(run.episodes().all())
                .anyMatch(episode -> episode.labels().alertname().equals("Busy")
                        && !episode.startsAt().isBefore(starting)
                        && episode.resolved().isPresent());
    }

    /** Or the test above would hold for a judge that never passes anything. */
    @ParameterizedTest
    @MethodSource("dev.tocsin.evidence.GoldenCasesTest#cases")
    void someJournalsDoPass(Path file) throws Exception {
        if (file.endsWith("rings-and-resolves.yaml")) {
            var run = RunState.fold(Case.RUN, Case.read(file)).orElseThrow();
            assertThat(Judge.judge(run, run.lastHeard()).conclusion()).contains(Conclusion.PASSED);
        }
    }

    private static List<Recorded> written() throws Exception {
        var written = new ArrayList<Recorded>();
        for (var name :
                List.of("rings-and-resolves", "firing-before-never-counts", "blind-window", "aborted", "anomaly")) {
            written.addAll(Case.read(Path.of("src/test/resources/cases/" + name + ".yaml")));
        }
        return written;
    }

    private static List<Recorded> journal(long seed, List<Recorded> written) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var facts = new ArrayList<Recorded>(List.of(written.getFirst()));
        // Half of the journals keep the order of a good run and are spoiled here and there, the others are all chance.
        var orderly = random.nextBoolean();
        var at = written.getFirst().at();
        for (var i = 0; i < FACTS; i++) {
            var fact = orderly && random.nextInt(10) > 0 && i + 1 < 8
                    ? written.get(i + 1).fact()
                    : any(random, written);
            at = at.plusMillis(random.nextInt(2000));
            facts.add(new Recorded(facts.size() + 1L, at, fact));
        }
        facts.add(new Recorded(facts.size() + 1L, at, new Fact.RunEnded(Case.RUN)));
        return facts;
    }

    private static Fact any(RandomGenerator random, List<Recorded> written) {
        return written.get(random.nextInt(written.size())).fact();
    }
}
