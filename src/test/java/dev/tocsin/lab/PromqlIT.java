package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import dev.tocsin.Seeds;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Our reading of PromQL is Prometheus': the same texts are accepted, and mean the same. */
@TestInstance(PER_CLASS)
final class PromqlIT {
    private static final int RANDOM = 2500;
    private static final int OPERATORS = 600;

    /** Parentheses and signs that change nothing are not kept. */
    private static final Pattern NOT_KEPT = Pattern.compile("[\\s()+]");

    /** Nor whether the name of a metric stands in the braces. */
    private static final Pattern NAME_IN_BRACES = Pattern.compile("__name__\\s*=\\s*[^~]");

    /** Prometheus takes any letter in brackets for a colon. */
    private static final Pattern LETTER_FOR_COLON = Pattern.compile("\\[\\s*[0-9a-z]+\\s+(#[^\\n]*\\n\\s*)*[a-zA-Z_]");

    private static final String SCRAPES = """
            scrape_configs: [{ job_name: self, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{ targets: ["@SELF@"] }] }]
            """;

    @SuppressWarnings("NullAway.Init")
    private LonePrometheus prometheus;

    /** What is evaluated is evaluated then. It is past, and nothing is added to it, so a text has one value however often it is asked. */
    private Instant moment = Instant.EPOCH;

    @BeforeAll
    void start() throws Exception {
        // The release whose PromQL is read; newer ones take more, as docs/compatibility.md says.
        prometheus = new LonePrometheus(SCRAPES, Stack.DEBIAN_12);
        // An expression on it must not be asked twice of which only the second time has a series.
        Awaitility.await().until(() -> scraped(Instant.now()).isPresent());
        moment = scraped(Instant.now()).orElseThrow();
        Awaitility.await().until(() -> scraped(Instant.now()).orElseThrow().isAfter(moment));
    }

    @AfterAll
    void stop() throws Exception {
        prometheus.close();
    }

    @Test
    void readsTheShippedRules() throws Exception {
        var expressions = new ArrayList<String>();
        try (var files = Files.walk(Path.of("alerts"))) {
            for (var file : files.filter(path -> path.endsWith("rule.yaml")).toList()) {
                YAMLMapper.builder().build().readTree(file.toFile()).findValuesAsString("expr", expressions);
            }
        }
        assertThat(expressions).hasSizeGreaterThan(4);
        for (var text : expressions) {
            assertThat(same(text)).as(text).isTrue();
        }
    }

    @Test
    void readsWhatIsOdd() throws Exception {
        var odd = Files.readString(Path.of("src/test/resources/promql/odd.txt"));
        var accepted = 0;
        var all = odd.lines().filter(line -> !line.isBlank()).toList();
        for (var line : all) {
            accepted += same(line.replace("⏎", "\n")) ? 1 : 0;
        }
        assertThat(all).hasSizeGreaterThan(100);
        assertThat(accepted).isBetween(40, all.size() - 40);
    }

    static List<Long> seeds() {
        return Seeds.of(20261124);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsWhatNobodyWrote(long seed) throws Exception {
        var sentences = new PromqlSentences(new Random(seed));
        var accepted = 0;
        for (var i = 0; i < RANDOM; i++) {
            var text = sentences.any();
            accepted += same(text, seed) ? 1 : 0;
            var broken = sentences.broken(text);
            if (!LETTER_FOR_COLON.matcher(broken).find()) {
                accepted += same(broken, seed) ? 1 : 0;
            }
        }
        assertThat(accepted).as("seed %d", seed).isBetween(RANDOM / 2, RANDOM + RANDOM / 2);
    }

    /** The value tells which operator was taken first: of the text, and of ours with every parenthesis there can be. */
    @ParameterizedTest
    @MethodSource("seeds")
    void bindsAsPrometheusDoes(long seed) throws Exception {
        var sentences = new PromqlSentences(new Random(seed));
        var evaluated = 0;
        for (var i = 0; i < OPERATORS; i++) {
            var text = sentences.operators();
            if (same(text, seed)) {
                var expr = Promql.parse(text);
                var value = value(text);
                assertThat(value(expr.print())).as("seed %d: %s", seed, text).isEqualTo(value);
                assertThat(value(enclosed(expr))).as("seed %d: %s", seed, text).isEqualTo(value);
                evaluated++;
            }
        }
        assertThat(evaluated).as("seed %d", seed).isGreaterThan(OPERATORS / 4);
    }

    private boolean same(String text) throws Exception {
        return same(text, 0);
    }

    /** Asserts that both accept a text or neither, and that ours says the same; tells whether it was accepted. */
    private boolean same(String text, long seed) throws Exception {
        var theirs = prometheus.ask("format_query", Map.of("query", text));
        Expr ours;
        try {
            ours = Promql.parse(text);
        } catch (PromqlException e) {
            assertThat(theirs.accepted())
                    .as("seed %d: %s%nwe say: %s", seed, text, e.getMessage())
                    .isFalse();
            return false;
        }
        assertThat(theirs.error()).as("seed %d: %s", seed, text).isEmpty();
        var printed = ours.print();
        assertThat(Promql.parse(printed))
                .as("seed %d: %s%n%s", seed, text, printed)
                .isEqualTo(ours);
        var printedTheirs = prometheus.ask("format_query", Map.of("query", printed));
        assertThat(printedTheirs.error())
                .as("seed %d: %s%n%s", seed, text, printed)
                .isEmpty();
        if (!NAME_IN_BRACES.matcher(text).find()) {
            assertThat(bare(printedTheirs))
                    .as("seed %d: %s%n%s", seed, text, printed)
                    .isEqualTo(bare(theirs));
        }
        return true;
    }

    private static String bare(LonePrometheus.Answered answered) {
        return NOT_KEPT.matcher(answered.answer().asString()).replaceAll("");
    }

    /** When the newest sample of a moment was taken. */
    private Optional<Instant> scraped(Instant at) throws Exception {
        var result = prometheus
                .ask("query", Map.of("query", "timestamp(up)", "time", at.toString()))
                .answer()
                .path("result");
        return result.isEmpty()
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(
                        (long) (Double.parseDouble(result.at("/0/value/1").asString()) * 1000)));
    }

    private String value(String text) throws Exception {
        var answered = prometheus.ask("query", Map.of("query", text, "time", moment.toString()));
        var values = answered.answer().path("result");
        return answered.error()
                + (values.isArray() ? values : values.path(1)).toString().replaceAll("\\[[0-9.]+,", "[");
    }

    /** With a parenthesis around each operand of an operator. */
    private static String enclosed(Expr expr) {
        return switch (expr) {
            case Expr.Binary binary -> {
                var frame = new Expr.Binary(binary.operator(), name("l"), name("r"), binary.bool(), binary.matching())
                        .print();
                yield "(" + enclosed(binary.left()) + ")" + frame.substring(1, frame.length() - 1) + "("
                        + enclosed(binary.right()) + ")";
            }
            case Expr.Negation negation -> "-(" + enclosed(negation.of()) + ")";
            default -> expr.print();
        };
    }

    private static Expr name(String name) {
        return Promql.parse(name);
    }
}
