package dev.tocsin.domain.alert;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Matchers that must all hold, the way operators select alerts in Alertmanager. */
public record Matchers(List<Matcher> all) {
    private static final Set<String> ALIKE_EVERYWHERE = Set.of(Labels.ALERTNAME, "severity");

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

    /** These, and none of the labels may be there with another value; an alert that lacks one of them still matches. */
    public Matchers narrowed(Labels labels) {
        var narrowed = new ArrayList<>(all);
        labels.pairs()
                .forEach((name, value) ->
                        narrowed.add(new Matcher(name, Matcher.Operator.MATCHES, "(?:" + Pattern.quote(value) + ")?")));
        return new Matchers(narrowed);
    }

    /** These, and a label must not have any of the values. */
    public Matchers except(String label, List<String> values) {
        if (values.isEmpty()) {
            return this;
        }
        var narrowed = new ArrayList<>(all);
        narrowed.add(new Matcher(
                label,
                Matcher.Operator.NOT_MATCHES,
                values.stream().map(Pattern::quote).collect(Collectors.joining("|"))));
        return new Matchers(narrowed);
    }

    /** Whether they ask for more than a name and a severity, which alerts of two servers share. */
    public boolean tellServersApart() {
        return all.stream()
                .filter(matcher -> matcher.operator() == Matcher.Operator.EQUAL)
                .anyMatch(matcher -> !ALIKE_EVERYWHERE.contains(matcher.label()));
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
