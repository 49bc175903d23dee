package dev.tocsin.domain.alert;

import java.util.ArrayList;
import java.util.List;

/** Reads Alertmanager's UTF-8 matcher grammar: {@code {a="b", c=~"d|e"}}, braces and quotes optional. */
final class MatcherParser {
    private final String input;
    private int at;

    private MatcherParser(String input) {
        this.input = input;
    }

    /** Throws {@link IllegalArgumentException} that names the column of the mistake, counted from 1. */
    static List<Matcher> parse(String input) {
        return new MatcherParser(input).matchers();
    }

    /** The characters that must stand in quotes, as Alertmanager's lexer has them. */
    static boolean isReserved(int character) {
        return Character.isWhitespace(character) || "{}!=~,\\\"'`".indexOf(character) >= 0;
    }

    private List<Matcher> matchers() {
        var all = new ArrayList<Matcher>();
        skipSpace();
        var braced = skip('{');
        skipSpace();
        while (at < input.length() && !(braced && peek() == '}')) {
            all.add(matcher());
            skipSpace();
            if (!skip(',')) {
                break;
            }
            skipSpace();
        }
        if (braced && !skip('}')) {
            throw mistake("expected , or }");
        }
        skipSpace();
        if (at < input.length()) {
            throw mistake(braced ? "nothing may follow }" : "expected , between matchers");
        }
        if (all.isEmpty()) {
            throw mistake("no matcher");
        }
        return all;
    }

    private Matcher matcher() {
        var label = word("a label name");
        skipSpace();
        var operator = operator();
        skipSpace();
        var value = word("a value");
        return new Matcher(label, operator, value);
    }

    private Matcher.Operator operator() {
        for (var candidate : List.of(
                Matcher.Operator.MATCHES,
                Matcher.Operator.NOT_MATCHES,
                Matcher.Operator.NOT_EQUAL,
                Matcher.Operator.EQUAL)) {
            if (input.startsWith(candidate.sign(), at)) {
                at += candidate.sign().length();
                return candidate;
            }
        }
        throw mistake("expected one of = != =~ !~");
    }

    private String word(String what) {
        if (at < input.length() && peek() == '"') {
            return quoted();
        }
        var start = at;
        while (at < input.length() && !isReserved(input.codePointAt(at))) {
            at += Character.charCount(input.codePointAt(at));
        }
        if (at == start) {
            throw mistake("expected " + what);
        }
        return input.substring(start, at);
    }

    private String quoted() {
        var opening = at++;
        var text = new StringBuilder();
        while (at < input.length() && peek() != '"') {
            if (peek() == '\\') {
                at++;
                text.append(escape());
            } else {
                text.append(input.charAt(at++));
            }
        }
        if (!skip('"')) {
            at = opening;
            throw mistake("the quote is never closed");
        }
        return text.toString();
    }

    private String escape() {
        if (at >= input.length()) {
            throw mistake("the quote is never closed");
        }
        var kind = input.charAt(at++);
        return switch (kind) {
            case 'a' -> "\u0007";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case 'v' -> "\u000b";
            case '\\', '"' -> String.valueOf(kind);
            case 'x' -> codePoint(2);
            case 'u' -> codePoint(4);
            case 'U' -> codePoint(8);
            default -> {
                at--;
                throw mistake("unknown escape \\" + kind);
            }
        };
    }

    private String codePoint(int digits) {
        try {
            var value = Integer.parseInt(input.substring(at, at + digits), 16);
            at += digits;
            return Character.toString(value);
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            throw mistake("expected " + digits + " hexadecimal digits");
        }
    }

    private char peek() {
        return input.charAt(at);
    }

    private boolean skip(char expected) {
        if (at < input.length() && input.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < input.length() && Character.isWhitespace(input.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException mistake(String what) {
        return new IllegalArgumentException("bad matcher " + input + " at character " + (at + 1) + ": " + what);
    }
}
