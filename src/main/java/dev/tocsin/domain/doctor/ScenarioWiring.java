package dev.tocsin.domain.doctor;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.verdict.Break;
import dev.tocsin.domain.verdict.Preflight;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Judges whether the alerts of each scenario would come here, as the preflight of a run that began now would. */
public final class ScenarioWiring {
    private static final RunId NO_RUN = RunId.parse("00000000-0000-7000-8000-000000000000");

    /** Broken for everything, and found where it belongs. */
    private static final Set<String> FOUND_ELSEWHERE = Set.of("ClockSkew", "NoAlertmanager");

    private static final Set<String> UNSEEN = Set.of("PrometheusUnreachable", "AlertmanagerUnreachable");

    private ScenarioWiring() {}

    /**
     * Judges scenarios.
     *
     * @param sights one look at the alerts that any of them expects
     */
    public static List<Finding> judge(List<Scenario> scenarios, List<Sight> sights, Instant now) {
        if (scenarios.isEmpty()) {
            return List.of(new Wire("scenarios: are loaded", Link.STIMULUS)
                    .warned("there is none", "name their folders under `scenarios`, or draft them from your rules"));
        }
        return scenarios.stream()
                .filter(scenario -> !scenario.alerts().isEmpty())
                .map(scenario -> judge(scenario, sights, now))
                .toList();
    }

    /** Judges whether the target has what the stimuli of a scenario need. */
    public static Finding judge(Scenario scenario, List<Sight.NeedsSeen> needs) {
        var wire = new Wire("scenario " + scenario.name() + ": its stimuli can be applied", Link.STIMULUS);
        var unmet = needs.stream().flatMap(seen -> seen.unmet().stream()).toList();
        return unmet.isEmpty()
                ? wire.passed(String.join(
                        ", ", needs.stream().map(Sight.NeedsSeen::stimulus).toList()))
                : wire.failed(
                        unmet.getFirst().what(),
                        String.join(
                                "; ",
                                unmet.stream().map(Sight.Unmet::mend).distinct().toList()),
                        needs.stream().map(Sight.NeedsSeen::summary).toList());
    }

    private static Finding judge(Scenario scenario, List<Sight> sights, Instant now) {
        var breaks = Preflight.everything(asSeenNow(scenario, sights, now));
        var name = "scenario " + scenario.name() + ": its alerts can come here";
        if (sights.isEmpty() || breaks.stream().anyMatch(one -> UNSEEN.contains(one.reason()))) {
            return new Wire(name, Link.ROUTED).skipped("Prometheus or Alertmanager was not reached");
        }
        var wrong = breaks.stream()
                .filter(one -> !FOUND_ELSEWHERE.contains(one.reason()))
                .toList();
        var broken = wrong.stream().filter(one -> one.link() != Link.FIRING).toList();
        if (!broken.isEmpty()) {
            var first = broken.getFirst();
            return new Wire(name, first.link()).failed(first.why(), first.next(), evidence(broken));
        }
        if (!wrong.isEmpty()) {
            var first = wrong.getFirst();
            return new Wire(name, first.link()).warned(first.why(), first.next(), first.evidence());
        }
        return new Wire(name, Link.ROUTED)
                .passed(String.join(
                        ", ",
                        scenario.alerts().stream()
                                .map(expectation -> expectation.matchers().title())
                                .toList()));
    }

    private static List<String> evidence(List<Break> broken) {
        return Stream.concat(
                        broken.getFirst().evidence().stream(),
                        broken.stream().skip(1).map(more -> "and " + more.link() + ": " + more.why()))
                .toList();
    }

    private static RunState asSeenNow(Scenario scenario, List<Sight> sights, Instant now) {
        var admitted = new Fact.RunAdmitted(
                NO_RUN,
                scenario,
                scenario.name(),
                Labels.of(Map.of()),
                List.of(),
                "doctor",
                Optional.empty(),
                Optional.empty());
        var facts = new ArrayList<Fact>();
        facts.add(new Fact.BaselineTaken(NO_RUN, List.of(), List.of()));
        sights.forEach(sight -> facts.add(new Fact.Observed(NO_RUN, sight)));
        var state = RunState.admitted(new Recorded(0, now, admitted), admitted);
        for (var i = 0; i < facts.size(); i++) {
            state = state.after(new Recorded(i + 1L, now, facts.get(i)));
        }
        return state;
    }
}
