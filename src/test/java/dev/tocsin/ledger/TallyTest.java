package dev.tocsin.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.ledger.Note;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

    private final Tally tally = new Tally(2);

    private static Instant at(long millis) {
        return START.plusMillis(millis);
    }

    @Test
    void hasNothingToTellWhenNothingHappened() {
        assertThat(tally.drain()).isEmpty();
    }

    @Test
    void tellsEachOutcomeOnceAsRanges() {
        tally.acknowledged(0, 1, "0/10", at(0));
        tally.acknowledged(0, 2, "0/20", at(30));
        tally.rejected(1, 1, "23505", "no", at(31));
        tally.indeterminate(1, 2, "connection closed", at(32));

        var note = tally.drain().orElseThrow();

        assertThat(note.writers())
                .extracting(Note.Outcomes::acknowledged)
                .extracting(Object::toString)
                .containsExactly("1-2", "");
        assertThat(note.writers().get(1).rejected().getFirst().sqlState()).isEqualTo("23505");
        assertThat(note.writers().get(1).indeterminate().getFirst().numbers()).hasToString("2");
        assertThat(note.longestGap()).isEqualTo(Duration.ofMillis(30));
        assertThat(note.wal()).contains(0x20L);
        assertThat(tally.drain()).isEmpty();
    }

    /** From the first trouble and not from the last: what came between was no answer. */
    @Test
    void anOutageLastsFromTheFirstTroubleToTheNextAcknowledgement() {
        tally.acknowledged(0, 1, "0/10", at(0));
        tally.indeterminate(0, 2, "connection closed", at(100));
        tally.refused("connection refused", at(200));
        assertThat(tally.drain().orElseThrow().troubledSince()).contains(at(100));
        tally.refused("connection refused", at(900));
        tally.acknowledged(1, 1, "0/30", at(1500));

        var note = tally.drain().orElseThrow();

        assertThat(note.outages()).containsExactly(new Note.Outage(at(100), at(1500)));
        assertThat(note.troubledSince()).isEmpty();
        assertThat(note.refused()).isEqualTo(1);
    }

    /** One connection dies a moment before the others; an answer of another in between ends no outage. */
    @Test
    void theLastAnswersBeforeAnOutageAreNotItsEnd() {
        tally.indeterminate(0, 1, "connection closed", at(100));
        tally.acknowledged(1, 1, "0/10", at(101));
        tally.indeterminate(1, 2, "connection closed", at(102));
        tally.acknowledged(1, 3, "0/20", at(5000));

        assertThat(tally.drain().orElseThrow().outages()).containsExactly(new Note.Outage(at(102), at(5000)));
    }
}
