package dev.tocsin.lab;

import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.stress.Prepared;
import dev.tocsin.stress.Progress;
import dev.tocsin.stress.StressException;
import dev.tocsin.stress.Stressor;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Something real on which one stimulus is applied and taken back. */
interface StressedBed extends AutoCloseable {
    /** By then a stimulus must be over; nothing that is tried here takes so long. */
    Duration BOUND = Duration.ofMinutes(5);

    /** A new one each time, which knows of no other, as after a restart of Tocsin; of a target that names all it may name. */
    Stressor stressor() throws Exception;

    Secrets secrets();

    /** Everything a stimulus could leave behind. */
    List<String> belongings() throws Exception;

    /** What a look now finds changed. */
    List<String> changedSince(List<String> before) throws Exception;

    /** Asserts that what there was before is there now and nothing else, and that nothing of ours is held. */
    void nothingIsLeft(List<String> before) throws Exception;

    /** The one value that the superuser is given, or nothing when there is no row. */
    String ask(String sql) throws Exception;

    /** Statements of the superuser. */
    void superuser(String... statements) throws Exception;

    /** Readies a stimulus, as a run of its own. */
    default Prepared prepare(Stressor stressor, Stimulus stimulus, Duration bound)
            throws StressException, InterruptedException {
        return stressor.prepare(
                new RunId(UUID.randomUUID()),
                0,
                new Stress(stimulus.kind(), Duration.ZERO, new Hold.Fixed(Duration.ofSeconds(1)), stimulus),
                bound);
    }

    default Prepared prepare(Stressor stressor, Stimulus stimulus) throws StressException, InterruptedException {
        return prepare(stressor, stimulus, BOUND);
    }

    /** What is asked in a number; whether something is so, in 1 and 0. */
    default long number(String sql) throws Exception {
        return switch (ask(sql)) {
            case "true" -> 1;
            case "false", "null", "" -> 0;
            case String number -> Long.parseLong(number);
        };
    }

    /** Nobody stops it, and nobody listens. */
    static Progress progress() {
        return new Progress() {
            @Override
            public void report(String progress) {}

            @Override
            public boolean stopped() {
                return false;
            }
        };
    }
}
