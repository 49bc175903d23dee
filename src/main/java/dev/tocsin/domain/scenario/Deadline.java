package dev.tocsin.domain.scenario;

import java.time.Duration;

/** How long an alert may take to ring or to resolve. */
public sealed interface Deadline {
    /** The text for {@link Derived}. */
    String DERIVED = "derived";

    /** The text for {@link NeverChecked}. */
    String NEVER_CHECKED = "never-checked";

    /** As long as what is deployed needs at the most, from when the stimulus is in full effect. */
    record Derived() implements Deadline {
        @Override
        public String toString() {
            return DERIVED;
        }
    }

    /** It does not matter. */
    record NeverChecked() implements Deadline {
        @Override
        public String toString() {
            return NEVER_CHECKED;
        }
    }

    /** A fixed time, from the start of the stimulus. */
    record Within(Duration time) implements Deadline {
        @Override
        public String toString() {
            return Durations.print(time);
        }
    }

    /** Throws {@link IllegalArgumentException} for what is none of them. */
    static Deadline parse(String text) {
        return switch (text) {
            case DERIVED -> new Derived();
            case NEVER_CHECKED -> new NeverChecked();
            default -> new Within(Durations.parse(text));
        };
    }
}
