package dev.tocsin.observe;

import dev.tocsin.domain.scenario.Durations;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The vector selectors of a PromQL expression, found by its tokens. What the expression computes is left to Prometheus,
 * which is asked for it.
 *
 * @param all in their order, each once
 * @param window how far the expression looks back: its longest range and its longest offset together
 */
record Selectors(List<Selector> all, Duration window) {

    /**
     * A selector as it is written.
     *
     * @param metric its name without matchers; empty when it has none
     * @param needed whether the expression can have no result without it
     */
    record Selector(String text, String metric, boolean needed) {}

    private enum Kind {
        NAME,
        NUMBER,
        STRING,
        SIGN
    }

    private record Token(Kind kind, String text, int from, int to) {}

    private static final Pattern TOKEN = Pattern.compile(
            "\\s+|#[^\\n]*|(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?<number>[0-9.][0-9a-zA-Z.]*)"
                    + "|(?<string>\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`)|(?<sign>.)",
            Pattern.DOTALL);
    private static final Set<String> LABEL_LISTS =
            Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> ALTERNATIVES = Set.of("or", "unless");
    private static final Set<String> WORDS = Set.of("and", "atan2", "bool", "inf", "nan");
    private static final Set<String> ABSENCES = Set.of("absent", "absent_over_time");

    Selectors {
        all = List.copyOf(all);
    }

    static Selectors of(String query) {
        return new Reading(query).read();
    }

    /** One pass over the tokens of one expression. */
    private static final class Reading {
        private final String query;
        private final List<Token> tokens = new ArrayList<>();
        private final List<Selector> found = new ArrayList<>();
        private final List<Duration> ranges = new ArrayList<>();
        private final List<Duration> offsets = new ArrayList<>();
        private final Deque<Boolean> absences = new ArrayDeque<>();
        private boolean alternatives;
        private int at;

        Reading(String query) {
            this.query = query;
            var matcher = TOKEN.matcher(query);
            while (matcher.find()) {
                for (var kind : Kind.values()) {
                    var text = matcher.group(kind.name().toLowerCase(Locale.ROOT));
                    if (text != null) {
                        tokens.add(new Token(kind, text, matcher.start(), matcher.end()));
                    }
                }
            }
        }

        Selectors read() {
            while (at < tokens.size()) {
                var token = tokens.get(at);
                switch (token.kind()) {
                    case NAME -> name(token);
                    case SIGN -> sign(token);
                    case NUMBER, STRING -> at++;
                }
            }
            var needed = found.stream()
                    .map(one -> new Selector(one.text(), one.metric(), one.needed() && !alternatives))
                    .distinct()
                    .toList();
            return new Selectors(needed, longest(ranges).plus(longest(offsets)));
        }

        private void name(Token token) {
            var word = token.text().toLowerCase(Locale.ROOT);
            at++;
            if (LABEL_LISTS.contains(word)) {
                skip("(", ")");
            } else if (ALTERNATIVES.contains(word)) {
                alternatives = true;
            } else if (word.equals("offset")) {
                if (next("-")) {
                    at++;
                }
                duration(offsets, text());
                at++;
            } else if (next("(")) {
                absences.push(ABSENCES.contains(word));
                at++;
            } else if (!WORDS.contains(word) && !LABEL_LISTS.contains(text().toLowerCase(Locale.ROOT))) {
                selector(token, token.text());
            }
        }

        private void sign(Token token) {
            switch (token.text()) {
                case "{" -> selector(token, "");
                case "[" -> {
                    var from = token.to();
                    skip("[", "]");
                    duration(
                            ranges,
                            query.substring(from, tokens.get(at - 1).from()).split(":", 2)[0]);
                }
                case "(" -> {
                    absences.push(false);
                    at++;
                }
                case ")" -> {
                    absences.poll();
                    at++;
                }
                default -> at++;
            }
        }

        private void selector(Token first, String metric) {
            skip("{", "}");
            var end = tokens.get(at - 1).to();
            found.add(new Selector(query.substring(first.from(), end), metric, !absences.contains(true)));
        }

        /** Goes behind the closing sign, if the opening one comes next. */
        private void skip(String open, String close) {
            if (!next(open)) {
                return;
            }
            while (at < tokens.size() && !next(close)) {
                at++;
            }
            at = Math.min(at + 1, tokens.size());
        }

        private boolean next(String sign) {
            return at < tokens.size()
                    && tokens.get(at).kind() == Kind.SIGN
                    && tokens.get(at).text().equals(sign);
        }

        private String text() {
            return at < tokens.size() ? tokens.get(at).text() : "";
        }

        private static void duration(List<Duration> to, String text) {
            try {
                to.add(Durations.parse(text.strip()));
            } catch (IllegalArgumentException _) {
                // a number of seconds, or an expression of newer releases: the window is only an allowance
            }
        }

        private static Duration longest(List<Duration> all) {
            return Stream.concat(Stream.of(Duration.ZERO), all.stream())
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }
}
