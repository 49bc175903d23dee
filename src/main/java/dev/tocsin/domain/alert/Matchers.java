package dev.tocsin.domain.alert;

import java.util.List;
import java.util.stream.Collectors;

/** Matchers that must all hold, the way operators select alerts in Alertmanager. */
public record Matchers(List<Matcher> all) {
    public Matchers {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no matcher: everything would match");
        }
        all = List.copyOf(all);
        if (all.stream().allMatch(matcher -> matcher.matches(Labels.of(java.util.Map.of())))) {
            throw new IllegalArgumentException(
                    "these matchers match every alert: name at least one label that must be there");
        }
    }

    /**
     * Reads {@code {a="b", c=~"d"}}, with or without braces, or a bare alert name.
     *
     * @throws IllegalArgumentException naming the place of the mistake
     */
    public static Matchers parse(String text) {
        var bare = text.strip();
        if (!bare.isEmpty() && bare.codePoints().noneMatch(MatcherParser::isReserved)) {
            return new Matchers(List.of(new Matcher(Labels.ALERTNAME, Matcher.Operator.EQUAL, bare)));
        }
        return new Matchers(MatcherParser.parse(text));
    }

    public boolean match(Labels labels) {
        return all.stream().allMatch(matcher -> matcher.matches(labels));
    }

    /** How people call what is matched: the alert name where one is asked for, else the matchers. */
    public String title() {
        return all.stream()
                .filter(matcher ->
                        matcher.label().equals(Labels.ALERTNAME) && matcher.operator() == Matcher.Operator.EQUAL)
                .map(Matcher::value)
                .findFirst()
                .orElseGet(this::toString);
    }

    @Override
    public String toString() {
        return all.stream().map(Matcher::toString).collect(Collectors.joining(", "));
    }
}
