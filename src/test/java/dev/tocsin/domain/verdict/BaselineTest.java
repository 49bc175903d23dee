package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.chain.Trace;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Movement;
import dev.tocsin.scenarios.ScenarioReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each series was before, and what a run waits for until that is known. */
final class BaselineTest {
    private static final RunId RUN = RunId.parse("01900000-0000-7000-8000-000000000001");
    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
    private static final Duration PACE = Duration.ofSeconds(2);
    private static final Labels DB = Labels.of(Map.of("server", "db"));
    private static final Labels STANDBY = Labels.of(Map.of("server", "standby"));
    private static final double NONE = Double.NEGATIVE_INFINITY;

    private final List<Recorded> facts = new ArrayList<>();

    private void admitted(String expectation, String background) throws Exception {
        var scenario = ScenarioReader.read("case.yaml", """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: a-case }
                spec:
                  background: [%s]
                  stress: [{ name: flood, hold: 10s, connectionFlood: { fill: 96%% } }]
                  expect:
                    signals: [{ name: load, promql: "sum by (server) (pg_stat_activity_count)", %s }]
                """.formatted(background, expectation));
        facts.clear();
        append(
                0,
                new Fact.RunAdmitted(
                        RUN,
                        scenario,
                        "primary",
                        Labels.of(Map.of()),
                        List.of(),
                        "somebody",
                        Optional.empty(),
                        Optional.empty()));
    }

    private void append(int second, Fact fact) {
        facts.add(new Recorded(facts.size() + 1L, at(second), fact));
    }

    /** A look at the moment 0 at what a series was before, its last value at that moment. */
    private void saw(Labels labels, Duration window, double... values) {
        var points = new ArrayList<Trace.Point>();
        for (var i = 0; i < values.length; i++) {
            if (values[i] != NONE) {
                points.add(new Trace.Point(at(0).minus(PACE.multipliedBy(values.length - 1L - i)), values[i]));
            }
        }
        append(
                0,
                new Fact.Observed(
                        RUN,
                        new Sight.SignalSeen(
                                "load",
                                points.isEmpty() ? List.of() : List.of(new Trace(labels, points)),
                                at(0),
                                PACE,
                                window,
                                Optional.empty(),
                                Optional.empty())));
    }

    private void saw(Labels labels, double... values) {
        saw(labels, Duration.ZERO, values);
    }

    private static double[] times(int times, double value) {
        return DoubleStream.generate(() -> value).limit(times).toArray();
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private RunState run() {
        return RunState.fold(RUN, facts).orElseThrow();
    }

    private Baseline baseline() {
        return Baseline.of(run(), SignalHistory.of(run().chain(), "load"), at(1));
    }

    private Band band(Labels labels) {
        return Objects.requireNonNull(baseline().bands().get(labels));
    }

    private List<String> missing() {
        return Judge.untilBaseline(run()).stream().map(Wait::missing).toList();
    }

    @Test
    void oneSeriesDoesNotStandForAnother() throws Exception {
        admitted("moves: up", "");
        saw(DB, 0.02, NONE, 0.02, 0.02, 0.02);
        saw(STANDBY, 0.01, 0.01, 0.01, 0.01, 0.01);

        assertThat(missing()).containsExactly("load: 4 of 5 points of " + DB);
        assertThat(Judge.untilBaseline(run())).singleElement().satisfies(wait -> {
            assertThat(wait.pace()).isEqualTo(PACE);
            assertThat(wait.until()).isEqualTo(at(-8).plusSeconds(60));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"moves: up", "stays: baseline", "returnsTo: baseline"})
    void isWaitedForWhereSomethingIsComparedWithIt(String expectation) throws Exception {
        admitted(expectation, "");
        saw(DB, times(4, 10));

        assertThat(missing()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reaches: '>= 90'", "stays: '<= 100'", "returnsTo: '< 20'"})
    void isNotWaitedForWhereNothingIs(String expectation) throws Exception {
        admitted(expectation, "");
        saw(DB, times(4, 10));

        assertThat(missing()).isEmpty();
    }

    @Test
    void isThereAtOnceWherePrometheusRemembers() throws Exception {
        admitted("moves: up", "");
        saw(DB, times(5, 10));

        assertThat(missing()).isEmpty();
    }

    @Test
    void whatHasEndedLongAgoOrNeverWasIsNotWaitedFor() throws Exception {
        admitted("moves: up", "");
        saw(DB, times(30, 10));
        saw(STANDBY, 1, 1, NONE, NONE, NONE, NONE, NONE, NONE);
        assertThat(missing()).isEmpty();

        admitted("moves: up", "");
        saw(DB);
        assertThat(missing()).isEmpty();
    }

    @Test
    void aSeriesWhoseLastScrapesFailedIsWaitedForAllTheSame() throws Exception {
        admitted("moves: up", "");
        saw(DB, 10, 10, 10, NONE, NONE, NONE);

        assertThat(missing()).containsExactly("load: 3 of 5 points of " + DB);
    }

    @Test
    void whatAnEarlierRunDidIsNotHowItIs() throws Exception {
        admitted("moves: up", "");
        append(
                0,
                new Fact.Observed(
                        RUN, new Sight.StressedBefore(List.of(new Sight.StressedBefore.Time("a", at(-40), at(-10))))));
        saw(DB, 10, 11, 10, 96, 96, 96, 96, 96, 96, 96, 96, 96, 96, 96, 96, 60, 12, 10, 11, 10, 12);

        assertThat(band(DB)).satisfies(band -> {
            assertThat(band.points()).as("at -8, -6, -4, -2 and 0").isEqualTo(5);
            assertThat(band.most()).isEqualTo(12);
        });
        assertThat(missing()).isEmpty();
    }

    @Test
    void anEarlierRunIsSeenForAsLongAsTheExpressionLooksBack() throws Exception {
        admitted("moves: up", "");
        append(
                0,
                new Fact.Observed(
                        RUN, new Sight.StressedBefore(List.of(new Sight.StressedBefore.Time("a", at(-40), at(-10))))));
        saw(DB, Duration.ofSeconds(30), times(31, 96));

        assertThat(baseline().points(DB)).as("from -60 to -42").isEqualTo(10);
        assertThat(Judge.untilBaseline(run())).isEmpty();
    }

    @Test
    void howItWasBeforeALoadInTheBackgroundIsNotHowItIsUnderIt() throws Exception {
        admitted("moves: down", "{ name: work, workload: { rate: 50 } }");
        append(-9, new Fact.StimulusStarting(RUN, "work", new Undo.TerminateSessions("primary", "tocsin")));
        append(-7, new Fact.StimulusApplied(RUN, "work", new Effect.SessionsHeld(2, 2, 100)));
        saw(DB, 0, 0, 0, 0, 0, 0, 30, 50, 51, 50);

        assertThat(band(DB).least()).as("from -5 on").isEqualTo(50);
        assertThat(missing()).containsExactly("load: 3 of 5 points of " + DB);
    }

    @Test
    void whatIsBeyondTooFewPointsMayBeSomewhereElse() throws Exception {
        admitted("moves: up", "");
        saw(DB, 10, 12, 10);
        var baseline = baseline();

        assertThat(baseline.mayBeLeft(point(DB, 13), Movement.UP)).isTrue();
        assertThat(baseline.mayBeLeft(point(DB, 12), Movement.UP)).isFalse();
        assertThat(baseline.isLeft(point(DB, 1000), Movement.UP)).isFalse();
        assertThat(baseline.mayBeLeft(point(STANDBY, 0), Movement.UP))
                .as("of a series that was not there nothing is known")
                .isTrue();
    }

    private static SignalHistory.Point point(Labels labels, double value) {
        return new SignalHistory.Point(labels, at(2), value, false);
    }
}
