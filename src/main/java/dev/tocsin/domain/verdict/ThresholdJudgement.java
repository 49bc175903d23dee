package dev.tocsin.domain.verdict;

import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Judges whether an alert rings at the intensity of this run: below its threshold it must not, and in a probe either
 * answer will do.
 *
 * <p>Silence counts only where the rule was seen to be evaluated on series that were there, and its expression was
 * false: an alert that could not have rung stays silent too.
 */
final class ThresholdJudgement {
    private final RunState run;
    private final AlertExpectation expectation;
    private final Instant asOf;
    private final List<Check> proof;
    private final Finding finding;

    ThresholdJudgement(RunState run, AlertExpectation expectation, Instant asOf) {
        this.run = run;
        this.expectation = expectation;
        this.asOf = asOf;
        proof = new AlertJudgement(run, expectation, asOf).checks().toList();
        var control = run.scenario().mode() == Mode.CONTROL;
        finding = new Finding(
                name(run.scenario().mode(), expectation),
                Check.Family.THRESHOLD,
                control
                        ? "silent while its stimulus is below the threshold"
                        : "either rings or is silent with its expression false");
    }

    /** What the check of an expectation is called in a run of this mode. */
    static String name(Mode mode, AlertExpectation expectation) {
        return expectation.matchers().title()
                + switch (mode) {
                    case PROOF -> " fires";
                    case CONTROL -> " does not ring";
                    case PROBE -> " rings or not";
                };
    }

    Stream<Check> checks() {
        var judged = judged(proof.getFirst());
        return run.scenario().mode() == Mode.PROBE && judged.reason().equals("Delivered")
                ? Stream.concat(
                        Stream.of(judged), proof.stream().filter(check -> check.family() == Check.Family.RESOLVES))
                : Stream.of(judged);
    }

    private Check judged(Check fires) {
        var control = run.scenario().mode() == Mode.CONTROL;
        return switch (fires.result()) {
            case PASSED -> control ? rang(fires) : fires.as(finding).seen(circumstances());
            case FAILED -> fires.reason().equals("Late") && control ? rang(fires) : silent(fires);
            case INCONCLUSIVE, SKIPPED, OPEN -> fires.as(finding);
        };
    }

    private Check rang(Check fires) {
        return finding.failed("Rang", "it rang, though its stimulus was below the threshold", fires.observed())
                .explained(new Break(
                        Link.RULE,
                        "Rang",
                        "it rang",
                        circumstances(),
                        "compare the threshold of the rule with what the stimulus did; or set spec.control lower"));
    }

    /** Silent until the deadline: as it should be only if the expression was false and nothing else was wrong. */
    private Check silent(Check fires) {
        var broken = run.stimulus(expectation.causedBy())
                .flatMap(trace -> new Explanation(run, expectation, trace.starting(), asOf).undelivered());
        if (broken.filter(by -> by.reason().equals(Explanation.EXPRESSION_FALSE))
                .isPresent()) {
            return finding.passed("Silent", "silent until the deadline, its expression false")
                    .seen(circumstances());
        }
        if (run.scenario().mode() == Mode.PROBE) {
            return fires.as(finding);
        }
        return broken.map(by -> by.link() == Link.PENDING
                        ? finding.failed(
                                        "Pending",
                                        "its expression was true, though the stimulus was below the threshold",
                                        "pending")
                                .explained(by)
                        : finding.inconclusive(
                                        "CouldNotRing", "it was silent, and could not have rung: " + by.why(), "silent")
                                .explained(by))
                .orElseGet(() -> finding.inconclusive(
                        "NothingSeen",
                        "it was silent, and nothing was seen of the rule, so its silence proves nothing",
                        "silent"));
    }

    /** What was done, and what the rule says. */
    private List<String> circumstances() {
        var lines = new ArrayList<String>();
        run.stimulus(expectation.causedBy()).map(StimulusTrace::effects).stream()
                .flatMap(List::stream)
                .limit(1)
                .map(Effect::summary)
                .forEach(lines::add);
        run.chain().latest(Sight.RulesSeen.class).stream()
                .filter(seen -> seen.title().equals(expectation.matchers().title()))
                .flatMap(seen -> Preflight.matching(expectation, seen.rules()))
                .map(Rule::query)
                .map(query -> "the rule says: " + query.strip().replaceAll("\\s+", " "))
                .forEach(lines::add);
        return lines;
    }
}
