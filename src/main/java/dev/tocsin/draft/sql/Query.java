package dev.tocsin.draft.sql;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.expression.Alias;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.select.AllColumns;
import net.sf.jsqlparser.statement.select.AllTableColumns;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.util.TablesNamesFinder;

/** A SELECT that can be run on a {@link Catalog}: enough of SQL for what exporters ask the statistics views. */
public final class Query {
    /** An alias that the parser takes for a word of its own, such as {@code current}. */
    private static final String ALIAS = "(?i)\\bAS\\s+([a-z_]\\w*)(?=\\s*(,|;|\\bFROM\\b|$))";

    /** Names that the parser takes for words of its own where they are not aliases. */
    private static final String WORDS =
            "(?i)(?<!NULLS )(?<!FETCH )\\b(first|last|final|current|start|next|value)\\b(?!\\s*\\()";

    private final Select select;
    private final Set<String> relations;

    private Query(Select select) {
        this.select = select;
        relations = new TreeSet<>();
        new TablesNamesFinder<Void>().getTables((Statement) select).forEach(name -> relations.add(Names.plain(name)));
    }

    /** Throws {@link SqlException} for what is no SELECT, or one that cannot be read. */
    public static Query parse(String sql) throws SqlException {
        var text = sql.strip()
                .replaceAll(";\\s*$", "")
                .replaceAll(ALIAS, "AS \"$1\"")
                .replaceAll("(?i)\\bSELECT\\s+FROM\\b", "SELECT 1 FROM");
        try {
            return new Query(select(text));
        } catch (JSQLParserException _) {
            try {
                return new Query(select(text.replaceAll(WORDS, "\"$1\"")));
            } catch (JSQLParserException e) {
                throw new SqlException("its SQL cannot be read: "
                        + String.valueOf(e.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("")
                                .replaceFirst("^[\\w.]+: ", ""));
            }
        }
    }

    private static Select select(String text) throws JSQLParserException, SqlException {
        try (var own = Executors.newVirtualThreadPerTaskExecutor()) {
            if (CCJSqlParserUtil.parse(text, own, parser -> parser.withAllowComplexParsing(true))
                    instanceof Select select) {
                return select;
            }
            throw new SqlException("it is no SELECT");
        }
    }

    /** The relations it reads, with the schema where one is written. */
    public Set<String> relations() {
        return relations;
    }

    /** The columns it gives, as far as each has a name in its text; none when there is a star. */
    public Set<String> columns() {
        var columns = new TreeSet<String>();
        if (select instanceof PlainSelect plain) {
            for (var item : plain.getSelectItems()) {
                if (item.getExpression() instanceof AllColumns || item.getExpression() instanceof AllTableColumns) {
                    return Set.of();
                }
                Optional.ofNullable(item.getAlias())
                        .map(Alias::getName)
                        .or(() -> item.getExpression() instanceof Column column
                                ? Optional.of(column.getColumnName())
                                : Optional.empty())
                        .map(Names::plain)
                        .ifPresent(columns::add);
            }
        }
        return columns;
    }

    /** Whether its answer depends on which server of a pair it is asked of. */
    public boolean asksForRecovery() {
        return Names.plain(select.toString()).contains("pg_is_in_recovery");
    }

    /** Runs it; throws {@link SqlException} naming a relation that the catalog does not have. */
    public List<Row> run(Catalog catalog) throws SqlException {
        return new Executor(catalog).rows(select, Scope.NONE);
    }
}
