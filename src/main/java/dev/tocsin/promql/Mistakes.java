package dev.tocsin.promql;

import dev.tocsin.promql.grammar.PromqlLexer;
import dev.tocsin.promql.grammar.PromqlParser;
import java.util.TreeSet;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/** Turns what is wrong with a text into a sentence, at the first mistake. */
final class Mistakes {
    static final BaseErrorListener OF_LETTERS = new BaseErrorListener() {
        @Override
        public void syntaxError(
                Recognizer<?, ?> lexer,
                @Nullable Object symbol,
                int line,
                int column,
                String message,
                @Nullable RecognitionException e) {
            throw new PromqlException(
                    line,
                    column + 1,
                    message.replaceFirst("^token recognition error at: ", "no word of PromQL begins with "));
        }
    };

    static final BaseErrorListener OF_WORDS = new BaseErrorListener() {
        @Override
        public void syntaxError(
                Recognizer<?, ?> parser,
                @Nullable Object symbol,
                int line,
                int column,
                String message,
                @Nullable RecognitionException e) {
            var found = symbol instanceof Token token ? described(token) : "this";
            var expected = expected(e == null ? ((Parser) parser).getExpectedTokens() : e.getExpectedTokens());
            throw new PromqlException(line, column + 1, found + " does not fit here; expected is " + expected);
        }
    };

    private Mistakes() {}

    static PromqlException at(Token token, String message) {
        return new PromqlException(token.getLine(), token.getCharPositionInLine() + 1, message);
    }

    private static String described(Token token) {
        return switch (token.getType()) {
            case Token.EOF -> "the end";
            case PromqlLexer.NO_NUMBER -> token.getText() + " is neither a number nor a duration and";
            default -> token.getText();
        };
    }

    private static String expected(@Nullable IntervalSet tokens) {
        var words = new TreeSet<String>();
        if (tokens != null) {
            var expression = tokens.contains(PromqlLexer.NUMBER) && tokens.contains(PromqlLexer.LEFT_PAREN);
            var operator = tokens.contains(PromqlLexer.POW);
            for (var token : tokens.toList()) {
                if (!expression && !(operator && isOperator(token))) {
                    words.add(word(token));
                }
            }
            if (expression) {
                words.add("an expression");
            }
            if (operator) {
                words.add("an operator");
            }
        }
        return words.isEmpty() ? "something else" : String.join(", ", words);
    }

    private static boolean isOperator(int token) {
        return switch (token) {
            case PromqlLexer.AND,
                    PromqlLexer.OR,
                    PromqlLexer.UNLESS,
                    PromqlLexer.ATAN2,
                    PromqlLexer.EQ,
                    PromqlLexer.NE,
                    PromqlLexer.GE,
                    PromqlLexer.LE,
                    PromqlLexer.GT,
                    PromqlLexer.LT,
                    PromqlLexer.ADD,
                    PromqlLexer.SUB,
                    PromqlLexer.MUL,
                    PromqlLexer.DIV,
                    PromqlLexer.MOD,
                    PromqlLexer.POW -> true;
            default -> false;
        };
    }

    private static String word(int token) {
        return switch (token) {
            case Token.EOF -> "the end";
            case PromqlLexer.NAME -> "a name";
            case PromqlLexer.LABEL -> "a label";
            case PromqlLexer.STRING -> "a text in quotes";
            case PromqlLexer.NUMBER -> "a number";
            case PromqlLexer.DURATION -> "a duration";
            default -> {
                var literal = PromqlParser.VOCABULARY.getLiteralName(token);
                yield literal == null
                        ? PromqlParser.VOCABULARY.getDisplayName(token).toLowerCase(java.util.Locale.ROOT)
                        : literal;
            }
        };
    }
}
