package dev.tocsin.domain.verdict;

import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.Background;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.domain.verdict.Check.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Concludes from a run's state and a moment, and from nothing else. */
public final class Judge {
    private Judge() {}

    public static Verdict judge(RunState run, Instant asOf) {
        var checks = checks(run, asOf);
        return new Verdict(
                run.ended().map(_ -> conclude(run, checks)), checks, reasons(run, checks), warnings(run, checks));
    }

    private static List<Check> checks(RunState run, Instant asOf) {
        var alerts = run.scenario().alerts().stream()
                .flatMap(expectation -> run.scenario().mode() == Mode.PROOF
                        ? new AlertJudgement(run, expectation, asOf).checks()
                        : new ThresholdJudgement(run, expectation, asOf).checks());
        var silences = run.scenario().never().stream().map(matchers -> SilenceJudgement.mustStaySilent(run, matchers));
        var strangers = run.scenario().unexpected() == Scenario.Unexpected.FAIL
                ? Stream.of(SilenceJudgement.nothingUnexpected(run))
                : Stream.<Check>empty();
        // What a stimulus does to a dashboard is shown where it is meant to ring an alert, not below its threshold.
        var signals = run.scenario().mode() == Mode.PROOF
                ? run.scenario().signals().stream().flatMap(signal -> new SignalJudgement(run, signal, asOf).checks())
                : Stream.<Check>empty();
        return Stream.of(alerts, silences, strangers, signals, DurabilityJudgement.checks(run))
                .flatMap(all -> all)
                .toList();
    }

    private static Conclusion conclude(RunState run, List<Check> checks) {
        if (any(checks, Result.FAILED)) {
            return Conclusion.FAILED; // a proof of failure beats all else
        }
        if (run.abort().isPresent()) {
            return Conclusion.ABORTED;
        }
        if (!broken(run).isEmpty()) {
            return Conclusion.ERROR;
        }
        var proven = any(checks, Result.PASSED)
                && !any(checks, Result.INCONCLUSIVE)
                && !any(checks, Result.OPEN)
                && run.anomalies().isEmpty()
                && refused(run).isEmpty()
                && cutShort(run).isEmpty();
        return proven ? Conclusion.PASSED : Conclusion.INCONCLUSIVE;
    }

    private static List<String> reasons(RunState run, List<Check> checks) {
        var reasons = new ArrayList<String>();
        for (var result : List.of(Result.FAILED, Result.INCONCLUSIVE)) {
            checks.stream()
                    .filter(check -> check.result() == result)
                    .map(check -> check.name() + ": " + check.message())
                    .forEach(reasons::add);
        }
        run.abort().ifPresent(abort -> reasons.add("stopped by " + abort.by() + ": " + abort.why()));
        reasons.addAll(broken(run));
        reasons.addAll(refused(run));
        reasons.addAll(cutShort(run));
        reasons.addAll(run.anomalies());
        if (!reasons.isEmpty()) {
            blind(run).forEach(reasons::add);
        }
        if (run.ended().isPresent() && !any(checks, Result.PASSED) && reasons.isEmpty()) {
            reasons.add("nothing was checked");
        }
        return reasons;
    }

    private static Stream<String> blind(RunState run) {
        return run.blind().stream()
                .map(window -> "nothing was heard from " + window.from() + " to " + window.until()
                        + ": Tocsin was not running, so silence in that time proves nothing");
    }

    /** Stimuli that were to be kept up for a time and ended with Tocsin before anybody knows how much of it was over. */
    private static List<String> cutShort(RunState run) {
        var stress = run.scenario().stress().stream()
                .filter(step ->
                        step.hold() instanceof Hold.Fixed && !step.stimulus().lasts())
                .map(Stress::name);
        var background = run.scenario().background().stream().map(Background::name);
        return Stream.concat(background, stress)
                .filter(name ->
                        run.stimulus(name).filter(StimulusTrace::interrupted).isPresent())
                .map(name -> name + " was cut short: Tocsin was not running")
                .toList();
    }

    /** Nothing broke: a budget that says no does what it is for, and the alert had no cause. */
    private static List<String> refused(RunState run) {
        return run.stimuli().entrySet().stream()
                .filter(stimulus -> stimulus.getValue().refused())
                .map(stimulus -> stimulus.getKey() + " was refused: "
                        + stimulus.getValue().failure().orElse(""))
                .toList();
    }

    private static List<String> broken(RunState run) {
        var all = new ArrayList<>(run.broke());
        run.stimuli().forEach((name, trace) -> {
            trace.failure()
                    .filter(_ -> !trace.refused())
                    .ifPresent(why -> all.add(name + " could not be applied: " + why));
            trace.stuck().ifPresent(why -> all.add(name + " could not be taken back: " + why));
        });
        return all;
    }

    private static List<String> warnings(RunState run, List<Check> checks) {
        var warnings = new ArrayList<>(DurabilityJudgement.warnings(run));
        if (run.scenario().unexpected() == Scenario.Unexpected.WARN) {
            SilenceJudgement.unexpected(run).stream()
                    .map(episode -> "also rang: " + episode.labels() + " since " + episode.startsAt())
                    .forEach(warnings::add);
        }
        warnings.addAll(Remarks.of(run));
        run.scenario().unjudged().stream().map(what -> "not judged: " + what).forEach(warnings::add);
        run.baseline()
                .ifPresent(baseline -> baseline.blind().stream()
                        .map(what -> "the baseline is incomplete: " + what)
                        .forEach(warnings::add));
        if (reasons(run, checks).isEmpty()) {
            blind(run).forEach(warnings::add);
        }
        if (run.truncated() > 0) {
            warnings.add(run.truncated() + " alerts were cut off by max_alerts and are unknown");
        }
        checks.stream()
                .filter(check -> check.result() == Result.SKIPPED)
                .map(check -> check.name() + " was skipped: " + check.message())
                .forEach(warnings::add);
        return warnings;
    }

    private static boolean any(List<Check> checks, Result result) {
        return checks.stream().anyMatch(check -> check.result() == result);
    }

    /** What is still to be seen before anything is done, so that enough is known of what is normal. */
    public static List<Wait> untilBaseline(RunState run) {
        return run.scenario().mode() == Mode.PROOF
                ? run.scenario().signals().stream()
                        .flatMap(signal -> SignalJudgement.untilBaseline(run, signal).stream())
                        .toList()
                : List.of();
    }

    /** The names of the checks that are decided while a stimulus is on. */
    public static List<String> awaited(Scenario scenario, String stimulus) {
        var alerts = scenario.causedBy(stimulus).stream()
                .map(expectation -> ThresholdJudgement.name(scenario.mode(), expectation));
        var signals = scenario.signals().stream()
                .filter(signal -> signal.causedBy().equals(stimulus))
                .flatMap(signal -> SignalJudgement.awaited(signal).stream());
        return Stream.concat(alerts, signals).toList();
    }

    /** The first moment at which time alone would change a verdict. */
    public static Optional<Instant> nextDue(Verdict verdict) {
        return verdict.checks().stream().flatMap(check -> check.due().stream()).min(Instant::compareTo);
    }
}
