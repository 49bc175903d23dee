package dev.tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page says of each kind what the check finds, and its mends are sound. */
final class RulesPageTest {
    private static final Pattern ROW =
            Pattern.compile("\\| `([A-Z_]+)` \\| (?:`([^`]+)`)?(.*?) \\| .* \\| (?:`([^`]+)`)?[^|]* \\|");

    /** A row of the page. */
    record Row(RuleFinding.Kind kind, String example, String condition, String mend) {}

    static List<Row> rows() throws Exception {
        try (var lines = Files.lines(Path.of("docs/rules.md"))) {
            return lines.map(ROW::matcher)
                    .flatMap(row -> row.matches()
                            ? Stream.of(new Row(
                                    RuleFinding.Kind.valueOf(row.group(1)),
                                    row.group(2) == null ? "" : row.group(2),
                                    row.group(3),
                                    row.group(4) == null ? "" : row.group(4)))
                            : Stream.empty())
                    .toList();
        }
    }

    @Test
    void everyKindIsThere() throws Exception {
        assertThat(rows().stream().map(Row::kind)).contains(RuleFinding.Kind.values());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theExampleIsFoundAndTheMendIsSound(Row row) throws Exception {
        if (!row.example().isEmpty()) {
            assertThat(found(row.example(), row.condition())).contains(row.kind());
        }
        if (!row.mend().isEmpty()) {
            assertThat(found(row.mend(), "")).doesNotContain(row.kind());
        }
    }

    private static List<RuleFinding.Kind> found(String rule, String condition) throws Exception {
        var hold = condition.contains("for: 2m") ? Duration.ofMinutes(2) : Duration.ZERO;
        var timeout = condition.contains("timeout of 1s") ? Duration.ofSeconds(1) : Duration.ofSeconds(10);
        try {
            return RuleCheck.of(Promql.parse(rule), hold, new HeldSeries(timeout).with(RuleCheckTest.AT_REST)).stream()
                    .map(RuleFinding::kind)
                    .toList();
        } catch (PromqlException e) {
            return List.of(RuleFinding.syntax(e).kind());
        }
    }
}
