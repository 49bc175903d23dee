package dev.tocsin.domain.coverage;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.chain.Span;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.json.AlertmanagerMessage;
import dev.tocsin.json.Json;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.yaml.InvalidFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What happened in a run whose flood was to make alerts ring, told in seconds since its admission. */
public final class TriedRun {
    public static final RunId RUN = RunId.parse("01900000-0000-7000-8000-000000000001");
    public static final Instant ADMITTED = Instant.parse("2026-11-01T12:00:00Z");

    private final Instant start;
    private final List<String> expected;
    private final List<Recorded> facts = new ArrayList<>();

    /** A run of a scenario that expects alerts of these matchers, each within 30 s. */
    public TriedRun(Instant start, Mode mode, String... expected) throws InvalidFileException {
        this.start = start;
        this.expected = List.of(expected);
        at(
                0,
                new Fact.RunAdmitted(
                        RUN,
                        ScenarioReader.read(
                                "scenario.yaml",
                                """
                                apiVersion: tocsin.dev/v1alpha1
                                kind: Scenario
                                metadata: { name: flood }
                                spec:
                                  stress: [ { name: flood, connectionFlood: { fill: 96%% } } ]
                                  expect:
                                    alerts: %s
                                """.formatted(Json.MAPPER.writeValueAsString(Stream.of(expected)
                                        .map(matchers ->
                                                Map.of("matchers", List.of(matchers), "fires", Map.of("within", "30s")))
                                        .toList())),
                                Map.of(),
                                mode),
                        "primary",
                        Labels.of(Map.of()),
                        List.of(),
                        "somebody",
                        Optional.empty(),
                        Optional.empty()));
        at(0, new Fact.BaselineTaken(RUN, List.of(), List.of()));
    }

    TriedRun(String... expected) throws InvalidFileException {
        this(ADMITTED, Mode.PROOF, expected);
    }

    /** A rule as it is loaded, which holds alerts of these labels firing beside its name. */
    public static Rule rule(String name, String expr, Map<String, String> labels, Labels... firing) {
        return new Rule(
                "a-group",
                name,
                expr,
                Duration.ofSeconds(5),
                Duration.ZERO,
                Duration.ofSeconds(1),
                Labels.of(labels),
                List.of("runbook_url", "summary"),
                "ok",
                "",
                ADMITTED,
                firing.length > 0,
                List.of(),
                Duration.ZERO,
                Stream.of(firing)
                        .map(alert -> new Rule.ActiveInstance(alert, "firing", ADMITTED))
                        .toList());
    }

    public TriedRun at(int second, Fact fact) {
        facts.add(new Recorded(facts.size() + 1L, start.plusSeconds(second), fact));
        return this;
    }

    /** The flood is on from the first second to the ninth. */
    public TriedRun floods() {
        at(1, new Fact.StimulusStarting(RUN, "flood", new Undo.TerminateSessions("primary", "tocsin")));
        return at(3, new Fact.StimulusApplied(RUN, "flood", new Effect.SessionsHeld(90, 96, 100)));
    }

    /** A look at the rules that each expectation may mean. */
    public TriedRun sees(int second, Rule... rules) {
        expected.forEach(matchers -> at(
                second,
                new Fact.Observed(
                        RUN, new Sight.RulesSeen(Matchers.parse(matchers).title(), List.of(rules)))));
        return this;
    }

    /** What Prometheus remembers to have held firing. */
    public TriedRun remembers(int second, Labels alert) {
        var span = new Span(alert, "firing", start.plusSeconds(second - 1), start.plusSeconds(second));
        expected.forEach(matchers -> at(
                second,
                new Fact.Observed(
                        RUN, new Sight.HistorySeen(Matchers.parse(matchers).title(), List.of(span)))));
        return this;
    }

    /** A notification of an alert that fires since the second before. */
    public TriedRun delivers(int second, Labels alert) throws AlertmanagerMessage.UnreadableException {
        var body = Map.of(
                "version",
                "4",
                "receiver",
                "tocsin",
                "groupKey",
                "{}:{}",
                "alerts",
                List.of(Map.of(
                        "status",
                        "firing",
                        "labels",
                        alert.pairs(),
                        "annotations",
                        Map.of(),
                        "startsAt",
                        start.plusSeconds(second - 1L).toString(),
                        "endsAt",
                        "0001-01-01T00:00:00Z")));
        return at(second, new Fact.NotificationReceived(AlertmanagerMessage.read(Json.MAPPER.writeValueAsBytes(body))));
    }

    /** The end, after the release where it had flooded. */
    public TriedRun ends(int second) {
        if (facts.stream().anyMatch(recorded -> recorded.fact() instanceof Fact.StimulusApplied)) {
            at(second, new Fact.StimulusReleased(RUN, "flood", new Effect.SessionsGone(90, 0)));
        }
        return at(second, new Fact.RunEnded(RUN));
    }

    public List<Recorded> facts() {
        return List.copyOf(facts);
    }

    RunState state() {
        return RunState.fold(RUN, facts).orElseThrow();
    }
}
