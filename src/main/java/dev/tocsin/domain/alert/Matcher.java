package dev.tocsin.domain.alert;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;

/** One comparison of a label, with Alertmanager's meaning: regular expressions are RE2 and anchored at both ends. */
public record Matcher(String label, Operator operator, String value) {
    /** How a label is compared. */
    public enum Operator {
        EQUAL("="),
        NOT_EQUAL("!="),
        MATCHES("=~"),
        NOT_MATCHES("!~");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    public Matcher {
        if (label.isEmpty()) {
            throw new IllegalArgumentException("a matcher needs a label name");
        }
        if (operator == Operator.MATCHES || operator == Operator.NOT_MATCHES) {
            if (Repetition.isTooMuch(value)) {
                throw new IllegalArgumentException("bad regular expression \"" + value
                        + "\": it repeats a part more than " + Repetition.MOST + " times");
            }
            try {
                var _ = Pattern.compile(anchored(value));
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException("bad regular expression \"" + value + "\": " + e.getMessage(), e);
            }
        }
    }

    /**
     * Reads one matcher.
     *
     * @throws IllegalArgumentException naming the place of the mistake
     */
    public static Matcher parse(String text) {
        var all = MatcherParser.parse(text);
        if (all.size() != 1) {
            throw new IllegalArgumentException("one matcher is wanted, not " + all.size() + ": " + text);
        }
        return all.getFirst();
    }

    /**
     * Reads what may stand in one line of a configuration: several matchers, with braces or without, or none.
     *
     * @throws IllegalArgumentException naming the place of the mistake
     */
    public static List<Matcher> parseAll(String text) {
        return MatcherParser.parse(text);
    }

    public boolean matches(Labels labels) {
        var actual = labels.get(label);
        return switch (operator) {
            case EQUAL -> actual.equals(value);
            case NOT_EQUAL -> !actual.equals(value);
            case MATCHES -> fits(actual);
            case NOT_MATCHES -> !fits(actual);
        };
    }

    /** Found, not matched as a whole: {@code a)|(?:b} gets out of the anchors in Alertmanager, too. */
    private boolean fits(String actual) {
        return Pattern.compile(anchored(value)).matcher(actual).find();
    }

    private static String anchored(String regex) {
        return "^(?:" + regex + ")$";
    }

    @Override
    public String toString() {
        return quotedWhereNeeded(label) + operator.sign() + quoted(value);
    }

    private static String quotedWhereNeeded(String name) {
        return name.codePoints().noneMatch(MatcherParser::isReserved) ? name : quoted(name);
    }

    private static String quoted(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                        .replace("\r", "\\r")
                + '"';
    }
}
