package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.scenario.Stimulus;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A stimulus that is new is under the contract of all, or this fails. */
final class EveryStimulusTest {
    private static final List<StimulusCase> CASES = Stream.of(
                    SessionStimuliIT.CASES,
                    TableStimuliIT.CASES,
                    ServerStimulusIT.CASES,
                    SubscriptionFailureIT.CASES,
                    StandbyStimulusIT.CASES,
                    NetworkIsolationIT.CASES)
            .flatMap(List::stream)
            .toList();

    private static Stream<String> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(EveryStimulusTest::kinds)
                : Stream.of(type.getName());
    }

    @Test
    void everyKindIsUnderTheContract() {
        assertThat(CASES.stream()
                        .map(one -> one.stimulus().getClass().getName())
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(kinds(Stimulus.class).toList());
    }

    @Test
    void ofEveryKindOneIsTakenBackAfterACrash() {
        assertThat(CASES.stream()
                        .filter(one -> !one.again())
                        .map(one -> one.stimulus().getClass().getName()))
                .containsAll(kinds(Stimulus.class).toList());
    }
}
