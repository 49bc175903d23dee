package dev.tocsin.draft.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries on a small catalog. */
final class QueryTest {
    private static final Catalog CATALOG = new Catalog() {
        @Override
        public Optional<List<Row>> relation(String name) {
            return switch (name) {
                case "people" ->
                    Optional.of(List.of(
                            Row.of("name", "ann", "age", 30, "home", 1, "seen", 900),
                            Row.of("name", "bob", "age", 40, "home", 1, "seen", Value.NULL),
                            Row.of("name", "cid", "age", 50, "home", Value.NULL, "seen", 990)));
                case "homes" -> Optional.of(List.of(Row.of("id", 1, "city", "Ulm"), Row.of("id", 2, "city", "Bonn")));
                case "crowd" -> Optional.of(List.of(Row.of("kind", "x").times(1000)));
                case "nobody" -> Optional.of(List.of());
                default -> Optional.empty();
            };
        }

        @Override
        public Optional<Value> function(String name, List<Value> arguments) {
            return name.equals("now") ? Optional.of(Value.of(1000)) : Optional.empty();
        }

        @Override
        public Optional<List<Row>> rowsOf(String function, List<Value> arguments) {
            return Optional.empty();
        }

        @Override
        public double now() {
            return 1000;
        }
    };

    private static List<Row> run(String sql) throws SqlException {
        return Query.parse(sql).run(CATALOG);
    }

    private static String only(String sql) throws SqlException {
        var rows = run(sql);
        assertThat(rows).hasSize(1);
        return rows.getFirst().columns().values().iterator().next().label();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT count(*) FROM people                                                            | 3
            SELECT count(seen) FROM people                                                         | 2
            SELECT count(*) AS current FROM crowd WHERE kind = 'x'                                 | 1000
            SELECT sum(age) FROM people WHERE name LIKE '_nn' OR name ~ '^c'                       | 80
            SELECT max(extract(epoch FROM now() - seen)) FROM people                               | 100
            SELECT count(*) FROM people WHERE now() - seen > interval '1 minute'                   | 1
            SELECT count(*) FILTER (WHERE age BETWEEN 35 AND 60) FROM people                       | 2
            SELECT coalesce(max(age), 0) FROM people WHERE name = 'dora'                           | 0
            SELECT count(p.name) FROM homes h LEFT JOIN people p ON p.home = h.id WHERE h.id = 2   | 0
            SELECT count(n.name) FROM homes h LEFT JOIN nobody n ON n.home = h.id                  | 0
            SELECT city FROM people JOIN homes ON id = home WHERE name = 'ann'                     | Ulm
            SELECT avg(age) FROM (SELECT age FROM people WHERE NOT (home IS NULL)) x               | 35
            WITH old AS (SELECT * FROM people WHERE age > 35) SELECT count(*) FROM old             | 2
            SELECT (SELECT max(age) FROM people)::int                                              | 50
            SELECT (EXISTS (SELECT FROM people WHERE age > 45))::int                               | 1
            SELECT count(*) FROM people WHERE name IN (SELECT name FROM people WHERE age < 45)     | 2
            SELECT CASE WHEN count(*) > 2 THEN 'many' ELSE 'few' END FROM people                   | many
            SELECT v.a FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b) WHERE v.b = 'y'                 | 2
            SELECT count(*) FROM (SELECT 1 FROM people UNION ALL SELECT 2 FROM homes) u            | 5
            SELECT greatest(0, 3 - 5)                                                              | 0
            SELECT replace('a-b-c', '-', '')                                                       | abc
            SELECT to_jsonb(h) ->> 'city' FROM homes h WHERE id = 2                                | Bonn
            SELECT (xpath('/row/n/text()', query_to_xml('SELECT 7 AS n', true, true, '')))[1]::text | 7
            SELECT max(last - first) FROM (SELECT 2 AS first, 9 AS last) x                         | 7
            """)
    void hasTheResultThatPostgresWouldHave(String sql, String expected) throws SqlException {
        assertThat(only(sql)).isEqualTo(expected);
    }

    @Test
    void groupsByPlaceByAliasAndByColumn() throws SqlException {
        for (var by : List.of("1", "where_to", "coalesce(home, 0)")) {
            assertThat(run("SELECT coalesce(home, 0) AS where_to, count(*) AS n FROM people GROUP BY " + by))
                    .extracting(row -> row.columns().get("n"))
                    .containsExactlyInAnyOrder(Value.of(2), Value.of(1));
        }
    }

    @Test
    void oneColumnThatIsNotUnderstoodLeavesTheOthers() throws SqlException {
        assertThat(run("SELECT strange(age) AS a, age AS b FROM people WHERE name = 'ann'"))
                .containsExactly(Row.of("a", Value.NULL, "b", 30));
    }

    @Test
    void saysWhatItDoesNotKnow() {
        assertThatThrownBy(() -> run("SELECT x FROM shop.orders")).hasMessageContaining("shop.orders");
        assertThatThrownBy(() -> Query.parse("DELETE FROM people")).hasMessageContaining("no SELECT");
        assertThatThrownBy(() -> Query.parse("SELECT FROM WHERE")).hasMessageContaining("cannot be read");
    }
}
