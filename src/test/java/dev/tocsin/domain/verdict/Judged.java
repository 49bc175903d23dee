package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.run.RunState;
import dev.tocsin.evidence.Case;
import java.time.Instant;
import java.util.Optional;

/** A run that is written as a golden case is, and what is judged of it at a moment; unlike there, each fact is the test's own. */
record Judged(RunState run, Instant asOf) {
    /**
     * Judged when the last fact was heard.
     *
     * @param spec of the scenario, in YAML's flow style
     * @param facts one a line
     */
    static Judged of(String spec, String facts) throws Exception {
        return of("", spec, facts);
    }

    /** @param beside what a case may have beside scenario and facts, a line each */
    static Judged of(String beside, String spec, String facts) throws Exception {
        var text =
                beside + "\nscenario: " + spec + "\nfacts: |\n" + facts.strip().indent(2);
        var run = RunState.fold(Case.RUN, Case.parse("a test", text)).orElseThrow();
        return new Judged(run, run.lastHeard());
    }

    /** The same run, looked at in that second. */
    Judged at(String second) {
        return new Judged(run, Case.at(second));
    }

    Verdict verdict() {
        return Judge.judge(run, asOf);
    }

    /** The one check whose name contains this. */
    Check check(String name) {
        var found = verdict().checks().stream()
                .filter(check -> check.name().contains(name))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    /** How a check came out: its result, reason and, where it broke, the link. */
    String outcome(String name) {
        var check = check(name);
        return (check.result() + " " + check.reason()
                        + check.brokeAt().map(link -> " at " + link).orElse(""))
                .strip();
    }

    Optional<Instant> due() {
        return Judge.nextDue(verdict());
    }
}
