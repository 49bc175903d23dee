package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.Pace;
import dev.tocsin.Patience;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.json.Json;
import dev.tocsin.stress.Prepared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is true of every stimulus: that its effect is seen from outside and is gone after the release; that its undo is known
 * before anything is done, tells no secret, and works for a process that has only what was journalled; that it needs only
 * what it names; and that what is too much is refused. {@link EveryStimulusTest} looks after it that no kind is left out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StimulusContract<B extends StressedBed> {
    final B bed;
    private final List<String> granted = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();

    StimulusContract(B bed) {
        this.bed = bed;
    }

    /** What no server is given, and what is said of it. */
    record TooMuch(Stimulus stimulus, String why) {
        @Override
        public String toString() {
            return stimulus.toString();
        }
    }

    abstract List<StimulusCase> cases();

    abstract List<TooMuch> tooMuch();

    /** Those whose undo no other case has. */
    List<StimulusCase> undone() {
        return cases().stream().filter(one -> !one.again()).toList();
    }

    @AfterAll
    void stop() throws Exception {
        bed.close();
    }

    @AfterEach
    void takeTheRightsBack() throws Exception {
        for (var grant : granted.reversed()) {
            bed.superuser(revoked(grant));
        }
        granted.clear();
        for (var right : taken) {
            bed.superuser("GRANT " + right + " TO " + PostgresServer.STRESS_ROLE);
        }
        taken.clear();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itsEffectIsSeenAndNothingIsLeft(StimulusCase one) throws Exception {
        grantWhatIsMissing(one.stimulus());
        var before = bed.belongings();
        var gauge = one.seen().gauge().read(bed);
        try (var prepared = one.readied().on(bed)) {
            var held = prepared.apply(StressedBed.progress());
            one.measured()
                    .ifPresent(figure -> assertThat(figure(held.effect(), figure.what()))
                            .as("%s", held.effect())
                            .isGreaterThanOrEqualTo(figure.least()));
            isSeen(one, gauge);
            if (one.seen().goesOn()) {
                isSeen(one, one.seen().gauge().read(bed));
            }
            held.release();
        }
        bed.nothingIsLeft(before);
    }

    /**
     * Who takes back after a crash has only the journal, and does not know whether anything was done, nor whether it was taken
     * back before.
     */
    @ParameterizedTest
    @MethodSource("undone")
    void itIsTakenBackWithoutTheProcessThatAppliedIt(StimulusCase one) throws Exception {
        grantWhatIsMissing(one.stimulus());
        var before = bed.belongings();
        try (var prepared = one.readied().on(bed)) {
            var journalled = Json.MAPPER.writeValueAsString(prepared.undo());
            assertThat(journalled)
                    .doesNotContain(
                            bed.secrets().stress(),
                            bed.secrets().replication(),
                            bed.secrets().superuser())
                    .doesNotContain("password");
            // Of a node that was never restarted only some time without an answer of another boot can tell.
            undo(journalled, Pace.scaled(Duration.ofSeconds(10)));

            var gauge = one.seen().gauge().read(bed);
            var held = prepared.apply(StressedBed.progress());
            assertThat(held.effect().summary()).isNotBlank();
            isSeen(one, gauge);
            undo(journalled, Patience.MOST);
            undo(journalled, Patience.MOST);
        }
        bed.nothingIsLeft(before);
    }

    private void undo(String journalled, Duration patience) throws Exception {
        bed.stressor().undo(Json.MAPPER.readValue(journalled, Undo.class), patience);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatItLacksIsRefusedAndWhatIsNamedIsEnough(StimulusCase one) throws Exception {
        if (one.right().isPresent()) {
            take(one.right().get());
            assertThat(unmet(one.stimulus()))
                    .singleElement()
                    .satisfies(unmet -> assertThat(unmet.mend())
                            .startsWith("GRANT " + one.right().get()));
        }
        for (var missing = unmet(one.stimulus()); !missing.isEmpty(); missing = unmet(one.stimulus())) {
            for (var unmet : missing) {
                assertThatThrownBy(() -> one.readied().on(bed))
                        .hasMessageContaining(unmet.what())
                        .hasMessageContaining(unmet.mend());
            }
            grant(missing);
        }
        one.readied().on(bed).close();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("tooMuch")
    void whatIsTooMuchIsRefused(TooMuch one) throws Exception {
        var before = bed.belongings();
        bed.superuser("ALTER USER " + PostgresServer.STRESS_ROLE + " SUPERUSER");
        try {
            assertThatThrownBy(() -> bed.prepare(bed.stressor(), one.stimulus()))
                    .hasMessageContaining(one.why());
        } finally {
            bed.superuser("ALTER USER " + PostgresServer.STRESS_ROLE + " NOSUPERUSER");
        }
        bed.nothingIsLeft(before);
    }

    /** Statistics come a moment late, and a server that was restarted does not answer at once. */
    private void isSeen(StimulusCase one, long since) {
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(one.seen().gauge().read(bed))
                        .as("%s, from %d", one, since)
                        .isGreaterThanOrEqualTo(since + one.seen().rise()));
    }

    /** The figure of an effect that is called so. */
    static long figure(Effect effect, String what) {
        var figures = switch (effect) {
            case Effect.Measured(var measured) -> measured;
            case Effect.Cleared cleared -> cleared.figures();
            case Effect.SessionsHeld held -> List.of(new Effect.Figure("sessions held", held.ours()));
            case Effect.SessionsAsleep asleep -> List.of(new Effect.Figure("sessions asleep", asleep.ours()));
            default -> throw new AssertionError("no figures: " + effect);
        };
        return figures.stream()
                .filter(one -> one.what().contains(what))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + what + " in " + figures))
                .value();
    }

    /** As a run asks, before anything is stressed. */
    final List<Sight.Unmet> unmet(Stimulus stimulus) throws Exception {
        return bed.stressor().needs(Map.of(stimulus.kind(), stimulus), StressedBed.BOUND).stream()
                .flatMap(needs -> needs.unmet().stream())
                .toList();
    }

    final void grantWhatIsMissing(Stimulus stimulus) throws Exception {
        for (var missing = unmet(stimulus); !missing.isEmpty(); missing = unmet(stimulus)) {
            grant(missing);
        }
    }

    /** Readies a stimulus by a role that has what it needs. */
    final Prepared prepare(Stimulus stimulus) throws Exception {
        return prepare(stimulus, StressedBed.BOUND);
    }

    final Prepared prepare(Stimulus stimulus, Duration bound) throws Exception {
        grantWhatIsMissing(stimulus);
        return bed.prepare(bed.stressor(), stimulus, bound);
    }

    private void grant(List<Sight.Unmet> missing) throws Exception {
        for (var unmet : missing) {
            assertThat(granted).as("granted, and missing again").doesNotContain(unmet.mend());
            bed.superuser(unmet.mend());
            granted.add(unmet.mend());
        }
    }

    private void take(String right) throws Exception {
        taken.add(right);
        bed.superuser("REVOKE " + right + " FROM " + PostgresServer.STRESS_ROLE);
        if (right.startsWith("EXECUTE")) {
            bed.superuser("REVOKE " + right + " FROM PUBLIC");
        }
    }

    private static String revoked(String grant) {
        return grant.startsWith("GRANT")
                ? grant.replaceFirst("GRANT", "REVOKE")
                        .replaceFirst(" WITH ADMIN OPTION$", "")
                        .replaceFirst(" TO (\\S+)$", " FROM $1 CASCADE")
                : grant.replaceFirst(" (\\w+)$", " NO$1").replaceFirst("OWNER TO .*$", "OWNER TO postgres");
    }
}
