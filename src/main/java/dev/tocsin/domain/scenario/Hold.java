package dev.tocsin.domain.scenario;

import java.time.Duration;

/** How long a stimulus is kept up. */
public sealed interface Hold {
    /** The text for {@link UntilDelivered}. */
    String UNTIL_DELIVERED = "untilDelivered";

    /** Until every alert it must cause has been delivered or has missed its deadline. */
    record UntilDelivered() implements Hold {
        @Override
        public String toString() {
            return UNTIL_DELIVERED;
        }
    }

    /** For a fixed time after it was applied. */
    record Fixed(Duration time) implements Hold {
        @Override
        public String toString() {
            return Durations.print(time);
        }
    }

    /** Throws {@link IllegalArgumentException} for what is neither. */
    static Hold parse(String text) {
        return text.equals(UNTIL_DELIVERED) ? new UntilDelivered() : new Fixed(Durations.parse(text));
    }
}
