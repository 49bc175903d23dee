package dev.tocsin.promql;

import dev.tocsin.promql.grammar.PromqlLexer;
import dev.tocsin.promql.grammar.PromqlParser;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;

/** Reads PromQL, and refuses what Prometheus would refuse. */
public final class Promql {
    /** Deeper than anybody writes, and well within a thread's stack. */
    private static final int MOST_NESTED = 500;

    private Promql() {}

    /**
     * Reads one expression.
     *
     * @throws PromqlException naming the place of the first mistake and what was expected there
     */
    public static Expr parse(String text) {
        var lexer = new PromqlLexer(CharStreams.fromString(text));
        lexer.removeErrorListeners();
        lexer.addErrorListener(Mistakes.OF_LETTERS);
        var tokens = new CommonTokenStream(lexer);
        tokens.fill();
        refuseDepth(tokens);
        var parser = new PromqlParser(tokens);
        parser.removeErrorListeners();
        parser.addErrorListener(Mistakes.OF_WORDS);
        return new TreeBuilder().visit(parser.whole());
    }

    private static void refuseDepth(CommonTokenStream tokens) {
        var depth = 0;
        for (var token : tokens.getTokens()) {
            switch (token.getType()) {
                case PromqlLexer.LEFT_PAREN, PromqlLexer.SUB, PromqlLexer.POW -> depth++;
                case PromqlLexer.RIGHT_PAREN -> depth--;
                default -> {}
            }
            if (depth > MOST_NESTED) {
                throw Mistakes.at(token, "nested more than " + MOST_NESTED + " deep");
            }
        }
    }
}
