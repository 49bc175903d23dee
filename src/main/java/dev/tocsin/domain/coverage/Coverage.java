package dev.tocsin.domain.coverage;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.RuleVersion;
import dev.tocsin.domain.coverage.RuleCoverage.Status;
import dev.tocsin.domain.routing.PartialLabels;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.routing.Ternary;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.verdict.Check.Result;
import dev.tocsin.domain.verdict.RuleTrial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The loaded rules, by name, and what past runs showed of each.
 *
 * @param at when the rules were asked for
 * @param expiresAfter how long a proof is good for
 */
public record Coverage(Instant at, Duration expiresAfter, List<RuleCoverage> rules) {
    private static final String RUNBOOK = "runbook_url";

    /** Of two trials in one moment the order of their ids, which is that of their admission, decides. */
    private static final Comparator<RuleTrial> LATER = Comparator.comparing(RuleTrial::at)
            .thenComparing(trial -> trial.run().value());

    public Coverage {
        rules = List.copyOf(rules);
    }

    /**
     * Judges every loaded rule.
     *
     * @param trials of all rules there ever were, in any order
     * @param scenarios those that could be run now
     * @param routings of the Alertmanagers that told theirs
     */
    public static Coverage of(
            List<Rule> loaded,
            Collection<RuleTrial> trials,
            List<Scenario> scenarios,
            List<Routing> routings,
            Duration expiresAfter,
            Instant now) {
        var versions = loaded.stream().map(Rule::version).collect(Collectors.toSet());
        return new Coverage(
                now,
                expiresAfter,
                loaded.stream()
                        .sorted(Comparator.comparing(Rule::name))
                        .map(rule -> judged(
                                rule,
                                trials,
                                proofBefore(rule.version(), versions, trials),
                                scenarios,
                                muting(rule, loaded, routings),
                                expiresAfter,
                                now))
                        .toList());
    }

    /** How many rules have each status, those that no rule has included. */
    public Map<Status, Long> counts() {
        var counts = new EnumMap<Status, Long>(Status.class);
        for (var status : Status.values()) {
            counts.put(status, 0L);
        }
        rules.forEach(rule -> counts.merge(rule.status(), 1L, Long::sum));
        return counts;
    }

    private static RuleCoverage judged(
            Rule rule,
            Collection<RuleTrial> trials,
            Optional<RuleTrial> before,
            List<Scenario> scenarios,
            List<String> muting,
            Duration expiresAfter,
            Instant now) {
        var own = trials.stream()
                .filter(trial -> trial.rule().equals(rule.version()))
                .toList();
        var passed = latest(own, Result.PASSED);
        var status = status(passed, latest(own, Result.FAILED), before, expiresAfter, now);
        return new RuleCoverage(
                rule,
                status,
                passed.or(() -> before),
                own.stream().max(LATER),
                scenarios.stream()
                        .filter(scenario -> expects(scenario, rule))
                        .map(Scenario::name)
                        .toList(),
                Stream.concat(notes(rule, before.filter(_ -> status == Status.CHANGED)).stream(), muting.stream())
                        .toList());
    }

    /** What is inconclusive changes nothing: it neither proves that a rule rings nor that it does not. */
    private static Status status(
            Optional<RuleTrial> passed,
            Optional<RuleTrial> failed,
            Optional<RuleTrial> before,
            Duration expiresAfter,
            Instant now) {
        if (failed.filter(last ->
                        passed.filter(proof -> LATER.compare(proof, last) > 0).isEmpty())
                .isPresent()) {
            return Status.FAILED;
        }
        return passed.map(proof -> proof.at().plus(expiresAfter).isBefore(now) ? Status.EXPIRED : Status.PROVEN)
                .orElse(before.isPresent() ? Status.CHANGED : Status.UNPROVEN);
    }

    /**
     * The last proof of what this rule was before it was changed: of a rule of its name that is not loaded any more. Of
     * several of that name the one that still has its labels is its successor; where none has, each may be.
     */
    private static Optional<RuleTrial> proofBefore(
            RuleVersion rule, Set<RuleVersion> loaded, Collection<RuleTrial> trials) {
        return trials.stream()
                .filter(trial -> trial.result() == Result.PASSED)
                .filter(trial -> trial.rule().name().equals(rule.name()) && !loaded.contains(trial.rule()))
                .filter(trial -> trial.rule().labels().equals(rule.labels())
                        || loaded.stream()
                                .noneMatch(other -> other.name().equals(rule.name())
                                        && other.labels().equals(trial.rule().labels())))
                .max(LATER);
    }

    private static Optional<RuleTrial> latest(List<RuleTrial> trials, Result result) {
        return trials.stream().filter(trial -> trial.result() == result).max(LATER);
    }

    private static boolean expects(Scenario scenario, Rule rule) {
        return scenario.alerts().stream()
                .map(expectation -> expectation.matchers())
                .anyMatch(matchers -> namesAnAlert(matchers) && rule.mayMatch(matchers));
    }

    /** Matchers that do not could mean any rule. */
    private static boolean namesAnAlert(Matchers matchers) {
        return matchers.all().stream().anyMatch(matcher -> matcher.label().equals(Labels.ALERTNAME));
    }

    /** Whoever counts on this rule must know what keeps it from being heard though it rings. */
    private static List<String> muting(Rule rule, List<Rule> loaded, List<Routing> routings) {
        var sources = loaded.stream()
                .filter(other -> !other.equals(rule))
                .map(other -> PartialLabels.atLeast(other.certainLabels()))
                .toList();
        return routings.stream()
                .flatMap(routing -> routing.inhibitors(PartialLabels.atLeast(rule.certainLabels()), sources).stream())
                .map(by -> (by.certainty() == Ternary.YES ? "muted while " : "may be muted while ")
                        + by.source().certain().alertname() + " fires, which inhibits it")
                .distinct()
                .toList();
    }

    private static List<String> notes(Rule rule, Optional<RuleTrial> before) {
        var changed = before.map(proof ->
                "changed since its proof: " + String.join(", ", proof.rule().differences(rule.version())));
        var notes = new ArrayList<>(changed.stream().toList());
        if (rule.health().equals("err")) {
            notes.add("its evaluation fails: " + rule.lastError());
        }
        if (!rule.annotations().contains(RUNBOOK)) {
            notes.add("it has no annotation " + RUNBOOK);
        }
        return notes;
    }
}
