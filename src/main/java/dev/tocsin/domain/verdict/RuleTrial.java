package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.chain.Chain.Timed;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.RuleVersion;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Check.Result;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run showed of one alerting rule, as Prometheus had it loaded while the run went on.
 *
 * @param result {@code PASSED} when it rang in time, {@code FAILED} when it had to and did not, {@code INCONCLUSIVE} when
 *     nobody can say
 * @param at when the run ended
 */
public record RuleTrial(RuleVersion rule, Result result, RunId run, String scenario, Instant at) {
    private static final List<Result> WORST_FIRST = List.of(Result.FAILED, Result.PASSED, Result.INCONCLUSIVE);

    /**
     * What a run that has ended showed of the rules behind the alerts that it expected. Nothing of a run below the
     * threshold, where they were to stay silent, and nothing of one whose journal holds what does not fit.
     */
    public static List<RuleTrial> of(RunState run) {
        if (run.ended().isEmpty()
                || run.scenario().mode() != Mode.PROOF
                || !run.anomalies().isEmpty()) {
            return List.of();
        }
        var at = run.ended().get();
        var results = new LinkedHashMap<RuleVersion, Result>();
        for (var expectation : run.scenario().alerts()) {
            results(run, expectation, at).forEach((rule, result) -> results.merge(rule, result, RuleTrial::worse));
        }
        return results.entrySet().stream()
                .map(one -> new RuleTrial(
                        one.getKey(), one.getValue(), run.run(), run.scenario().name(), at))
                .toList();
    }

    private static Map<RuleVersion, Result> results(RunState run, AlertExpectation expectation, Instant at) {
        var judgement = new AlertJudgement(run, expectation, at);
        var sightings = new Sightings(run, expectation.matchers());
        var result = judgement.fires().result();
        return switch (result) {
            case PASSED -> all(producers(sightings, judgement.inTime()), result);
            case FAILED -> {
                var late = producers(sightings, judgement.caused());
                yield all(late.isEmpty() ? meant(sightings, expectation) : late, result);
            }
            case INCONCLUSIVE -> all(meant(sightings, expectation), result);
            case SKIPPED, OPEN -> Map.of();
        };
    }

    private static Map<RuleVersion, Result> all(Collection<RuleVersion> rules, Result result) {
        return rules.stream().collect(Collectors.toMap(rule -> rule, _ -> result));
    }

    private static Result worse(Result one, Result other) {
        return WORST_FIRST.indexOf(one) <= WORST_FIRST.indexOf(other) ? one : other;
    }

    private static Set<RuleVersion> producers(Sightings sightings, List<Episode> episodes) {
        return episodes.stream()
                .flatMap(episode -> producer(sightings, episode).stream())
                .collect(Collectors.toSet());
    }

    /** The one rule that an episode came from; none where it may have been another one as well. */
    private static Set<RuleVersion> producer(Sightings sightings, Episode episode) {
        var holding = holding(sightings, episode);
        var one = holding.isEmpty() && sightings.inPrometheus(episode) ? fitting(sightings, episode) : holding;
        return one.size() == 1 ? one : Set.of();
    }

    /**
     * The rules that were seen to hold the alert firing. An alert with fewer labels fits what was delivered too, because
     * Prometheus adds its external ones; so the one with the most is meant.
     */
    private static Set<RuleVersion> holding(Sightings sightings, Episode episode) {
        var most = 0;
        var holding = new HashSet<RuleVersion>();
        for (var rule : seen(sightings).toList()) {
            for (var alert : rule.alerts()) {
                if (Sightings.firing(alert) && Sightings.same(alert.labels(), episode.labels())) {
                    var labels = alert.labels().pairs().size();
                    if (labels > most) {
                        most = labels;
                        holding.clear();
                    }
                    if (labels == most) {
                        holding.add(rule.version());
                    }
                }
            }
        }
        return holding;
    }

    /** Too short to be seen, and remembered by Prometheus: the rules of that name whose labels the alert carries. */
    private static Set<RuleVersion> fitting(Sightings sightings, Episode episode) {
        return seen(sightings)
                .filter(rule -> rule.certainLabels().allIn(episode.labels()))
                .map(Rule::version)
                .collect(Collectors.toSet());
    }

    /**
     * The rules that an expectation wants to ring by their name, if they were there from the first look to the last. One
     * that names no alert may be satisfied by any, so its failure says nothing of a single one.
     */
    private static Set<RuleVersion> meant(Sightings sightings, AlertExpectation expectation) {
        var looks = sightings
                .rules()
                .map(look -> look.sight().stream()
                        .filter(rule ->
                                rule.name().equals(expectation.matchers().title()))
                        .filter(rule -> rule.mayMatch(expectation.matchers()))
                        .map(Rule::version)
                        .collect(Collectors.toSet()))
                .toList();
        if (looks.isEmpty()) {
            return Set.of();
        }
        var always = new HashSet<>(looks.getFirst());
        looks.forEach(always::retainAll);
        return always;
    }

    private static Stream<Rule> seen(Sightings sightings) {
        return sightings.rules().map(Timed::sight).flatMap(List::stream);
    }
}
