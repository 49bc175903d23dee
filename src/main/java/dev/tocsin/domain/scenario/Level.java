package dev.tocsin.domain.scenario;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Where the value of a signal must be. */
public sealed interface Level {
    /** The text for {@link Baseline}. */
    String BASELINE = "baseline";

    /** What a level looks like in a scenario. */
    String PATTERN = "^\\s*(>=|<=|==|!=|>|<)\\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\\s*$|^baseline$";

    /** How a value is compared. */
    enum Operator {
        AT_LEAST(">="),
        AT_MOST("<="),
        EQUAL("=="),
        OTHER("!="),
        ABOVE(">"),
        BELOW("<");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        boolean holds(double value, double bound) {
            return switch (this) {
                case AT_LEAST -> value >= bound;
                case AT_MOST -> value <= bound;
                case EQUAL -> value == bound;
                case OTHER -> value != bound && !Double.isNaN(value);
                case ABOVE -> value > bound;
                case BELOW -> value < bound;
            };
        }

        private static Operator of(String sign) {
            for (var operator : values()) {
                if (operator.sign.equals(sign)) {
                    return operator;
                }
            }
            throw new IllegalArgumentException("there is no comparison " + sign);
        }
    }

    /** As before the stimulus, within the noise of that time. */
    record Baseline() implements Level {
        @Override
        public String toString() {
            return BASELINE;
        }
    }

    /** On one side of a number. */
    record Compared(Operator operator, double bound) implements Level {
        /** Whether a value is there; one that is not a number never is. */
        public boolean holds(double value) {
            return operator.holds(value, bound);
        }

        /** Throws {@link IllegalArgumentException} for what is no comparison. */
        public static Compared parse(String text) {
            if (Level.parse(text) instanceof Compared compared) {
                return compared;
            }
            throw new IllegalArgumentException("compare it with a number here, such as \">= 0.9\"");
        }

        @Override
        public String toString() {
            return operator.sign + " "
                    + BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
        }
    }

    /** Throws {@link IllegalArgumentException} for what is neither. */
    static Level parse(String text) {
        if (text.equals(BASELINE)) {
            return new Baseline();
        }
        var matched = Pattern.compile(PATTERN).matcher(text);
        try {
            if (matched.matches()) {
                return new Compared(Operator.of(matched.group(1)), Double.parseDouble(matched.group(2)));
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is neither a comparison with a number, such as \">= 0.9\", nor " + BASELINE);
    }
}
