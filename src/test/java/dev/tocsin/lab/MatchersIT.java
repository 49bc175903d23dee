package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Seeds;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Matchers mean what the real amtool says they mean.
 *
 * <p>Debian's amtool knows only the classic grammar. What is written in the UTF-8 grammar with classic names and escapes
 * is the same in both; outside of the UTF-8 grammar, ours must refuse, however lenient the classic one is.
 */
final class MatchersIT {
    private static final int WELL_FORMED = 600;
    private static final int BROKEN = 1400;
    private static final int ALERTS = 60;

    private static final List<String> NAMES = List.of("alertname", "severity", "_t", "a:b");
    private static final List<String> VALUES = List.of(
            "",
            "a",
            "b",
            "aa",
            "ab",
            "A",
            "x,y",
            "{x}",
            "a b",
            "größe",
            "🙂",
            "q\"uote",
            "back\\slash",
            "two\nlines",
            "a\n",
            "日本",
            "=",
            "!~",
            "'",
            "`",
            "٣",
            "7",
            "\\d",
            "\t");
    private static final List<String> PATTERNS = List.of(
            "a",
            "a|b",
            "a|",
            ".*",
            ".+",
            "",
            ".",
            "(?i)AB?",
            "(?s).*",
            "(?s).+n.+",
            "(?m)^a$",
            "(?m)two$\nlines",
            "a$",
            "^a",
            "[a-c]+",
            "[^a]",
            "[[:alpha:]]+",
            "\\d",
            "\\D+",
            "\\w+",
            "\\W",
            "\\s",
            "two\\slines",
            "\\pL+",
            "\\PL",
            "\\p{Greek}*",
            "\\p{Han}+",
            "\\p{Lu}",
            "(?i)GRÖSSE|GRÖßE",
            "\\x61",
            "\\x{1F642}",
            "\\Q{x}\\E",
            "\\Aa\\z",
            "a\\b b",
            "a{1,2}",
            "(?P<name>a)+",
            "(a)(b)?",
            "a+?",
            "(?U)a+",
            "((a|b)*)*",
            "a)|(?:b",
            "a)|(b",
            "🙂",
            ".\n?",
            "\\n",
            "a\\n",
            "[\\d\\s]",
            "\\\\d",
            "\\.",
            "\\-",
            "\\_",
            "\\C",
            "\\Z",
            "\\8",
            "(?=a)",
            "(?!a)",
            "(?<=a)b",
            "(a",
            "a)",
            "[a",
            "[b-a]",
            "*",
            "a**",
            "a{2,1}",
            "a{1001}",
            "a{,2}",
            "\\p{Nope}",
            "(?z)a",
            "\\",
            "a\\",
            "(?P<9 >a)",
            "x{2}{3}",
            "((a{100}){100}){100}",
            "(a{10}){100}",
            "(a{10}){101}",
            "(?:a{2}|b{500}){2}",
            "(?:a{2}|b{501}){2}",
            "(?:b{501}|a{2}c){2}",
            "([{]{500}x){3}",
            "([]{9}]{500}x){3}",
            "[{600}](a{600})",
            "([[:alpha:]{600}]{2}){2}",
            "(\\Qa{600}\\E){2}",
            "(\\p{Lu}{500}){2}",
            "(\\p{Lu}{500}){3}",
            "(\\x{61}{500}){3}",
            "(\\{600}){2}",
            "(a\\{600}){2}",
            "(a{500}){0}",
            "((a{500}){0}){3}",
            "(a{600,}){2}",
            "(a{0,}){600}",
            "(?:(?:a{600})*){2}",
            "(?:(?:a{600})?b){2}",
            "((a{2,3}){300}){1}",
            "((a{2,4}){300}){1}",
            "(((a{10}){10}){10}){1,}",
            "(a{600}|){1}",
            "(a{,600}){600}",
            "(a{600}{){2}",
            "[[:nope:]]",
            "\\xZZ",
            "\\k<a>",
            "\\1",
            "(?:a|b){0}",
            "[]a]",
            "[^]a]",
            "\\07",
            "\\a");

    /** The UTF-8 grammar, said once more and otherwise than the parser says it. */
    private static final String WORD = "(?:[^\\s{}!=~,\\\\\"'`]+|\"(?:\\\\.|[^\"\\\\\\n])*\")";

    private static final String ONE = WORD + "\\s*(?:=~|!~|!=|=)\\s*" + WORD;
    private static final String SEVERAL = "\\s*(?:" + ONE + "(?:\\s*,\\s*" + ONE + ")*\\s*(?:,\\s*)?)?";
    private static final Pattern GRAMMAR = Pattern.compile(SEVERAL + "|\\s*\\{" + SEVERAL + "\\}\\s*");

    /** An escape that the classic grammar leaves as it stands, or a name that it has not. */
    private static final Pattern UNCOMMON = Pattern.compile("(?s)(?:[^\\\\]|\\\\.)*\\\\[^\\\\n\"].*");

    /**
     * Where RE2J is not Go's 1.19: it refuses a literal brace that is repeated, accepts an escape of any letter that is
     * not ASCII, and knows a way to name a group that Go learned later.
     */
    private static final Pattern OTHERWISE = Pattern.compile("\\{[*+?{]|\\\\[^\\x00-\\x7F]|\\(\\?<[a-zA-Z]");

    private static final Pattern CLASSIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    static List<Long> seeds() {
        return Seeds.of(20261124);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void acceptsAndMeansWhatAlertmanagerDoes(long seed) throws Exception {
        var random = new Random(seed);
        var texts = texts(random);
        try (var amtool = Amtool.open()) {
            var accepted = amtool.accepts(
                    texts.stream().map(text -> config(List.of(text))).toList());
            var common = new ArrayList<String>();
            var refused = 0;
            for (var i = 0; i < texts.size(); i++) {
                var text = texts.get(i);
                var ours = accepts(text);
                if (!GRAMMAR.matcher(text).matches()) {
                    assertThat(ours).as(text).isFalse();
                } else if (isCommon(text)) {
                    assertThat(ours).as("%s is accepted", text).isEqualTo(accepted.get(i));
                    if (ours) {
                        common.add(text);
                    } else {
                        refused++;
                    }
                }
            }
            assertThat(common).hasSizeGreaterThan(WELL_FORMED / 2);
            assertThat(refused).isGreaterThan(50);
            for (var alert = 0; alert < ALERTS; alert++) {
                var labels = labels(random);
                assertThat(matching(common, labels)).as("%s", labels).isEqualTo(amtool.route(config(common), labels));
            }
        }
    }

    private static List<String> texts(Random random) {
        var texts = new LinkedHashSet<String>();
        for (var pattern : PATTERNS) {
            texts.add("alertname=~" + Amtool.quoted(pattern));
        }
        while (texts.size() < WELL_FORMED) {
            texts.add(wellFormed(random));
        }
        while (texts.size() < WELL_FORMED + BROKEN) {
            texts.add(broken(random, wellFormed(random)));
        }
        return List.copyOf(texts);
    }

    private static boolean accepts(String text) {
        try {
            return Matcher.parseAll(text) != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** Neither grammar minds space around braces, but the classic one then takes them for part of the matcher. */
    private static boolean isCommon(String text) {
        return text.equals(text.strip())
                && !OTHERWISE.matcher(text).find()
                && !UNCOMMON.matcher(text).matches()
                && names(text).allMatch(name -> CLASSIC_NAME.matcher(name).matches());
    }

    private static Stream<String> names(String text) {
        return Pattern.compile("(" + WORD + ")\\s*(?:=~|!~|!=|=)\\s*" + WORD)
                .matcher(text)
                .results()
                .map(found -> found.group(1));
    }

    /** Every matcher gets a route of its own, and each route continues. */
    private static String config(List<String> texts) {
        var routes = IntStream.range(0, texts.size())
                .mapToObj(i -> Map.of("receiver", "m" + i, "continue", true, "matchers", List.of(texts.get(i))))
                .toList();
        var receivers = Stream.concat(
                        Stream.of("root"), IntStream.range(0, texts.size()).mapToObj(i -> "m" + i))
                .toList();
        return Amtool.config(receivers, Map.of("receiver", "root", "routes", routes));
    }

    private static List<String> matching(List<String> texts, Labels labels) {
        return IntStream.range(0, texts.size())
                .filter(i -> Matcher.parseAll(texts.get(i)).stream().allMatch(matcher -> matcher.matches(labels)))
                .mapToObj(i -> "m" + i)
                .toList();
    }

    private static Labels labels(Random random) {
        var labels = new TreeMap<String, String>();
        for (var name : NAMES) {
            var value = any(random, VALUES);
            if (!value.isEmpty() && CLASSIC_NAME.matcher(name).matches()) {
                labels.put(name, value);
            }
        }
        return new Labels(labels);
    }

    private static String wellFormed(Random random) {
        var text = matcher(random);
        while (random.nextInt(3) == 0) {
            text += any(random, List.of(",", ", ", " ,\n")) + matcher(random);
        }
        text += any(random, List.of("", "", "", ",", ", "));
        return random.nextInt(3) == 0 ? "{" + any(random, List.of("", " ")) + text + "}" : text.strip();
    }

    private static String matcher(Random random) {
        var space = any(random, List.of("", "", " ", "\t", " \n"));
        var name = any(random, NAMES) + space;
        if (random.nextBoolean()) {
            return name + any(random, List.of("=~", "!~")) + space + Amtool.quoted(any(random, PATTERNS));
        }
        var value = any(random, VALUES);
        var plain = !value.isEmpty() && Pattern.matches(WORD, value) && random.nextBoolean();
        return name + any(random, List.of("=", "!=")) + space + (plain ? value : Amtool.quoted(value));
    }

    /** With a few characters too many or too few. */
    private static String broken(Random random, String text) {
        var broken = new StringBuilder(text);
        for (var times = random.nextInt(3); times >= 0; times--) {
            var at = random.nextInt(broken.length() + 1);
            if (random.nextBoolean() && at < broken.length() && !Character.isSurrogate(broken.charAt(at))) {
                broken.deleteCharAt(at);
            } else if (at == broken.length() || !Character.isLowSurrogate(broken.charAt(at))) {
                broken.insert(
                        at,
                        any(
                                random,
                                List.of(
                                        "{", "}", "=", "!", "~", ",", "\\", "\"", "'", "`", " ", "\n", "n", "é", "(",
                                        "[")));
            }
        }
        return broken.toString();
    }

    private static String any(Random random, List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
