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

    /** May be none. Throws {@link IllegalArgumentException} that names the column of the mistake, counted from 1. */
    static List<Matcher> parse(String input) {
        return new MatcherParser(input).matchers();
    }

    /** The characters that must stand in quotes, as Alertmanager's lexer has them. */
    static boolean isReserved(int character) {
        return isSpace(character) || "{}!=~,\\\"'`".indexOf(character) >= 0;
    }

    /** Go's idea of space, which has the no-break spaces that Java's has not. */
    private static boolean isSpace(int character) {
        return character >= '\t' && character <= '\r' || character == 0x85 || Character.isSpaceChar(character);
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
            } else if (peek() == '\n') {
                throw mistake("a line break in quotes is written \\n");
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
            case 'u' -> codePoint(4);
            case 'U' -> codePoint(8);
            case 'x', '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                yield utf8(octet());
            }
            default -> {
                at--;
                throw mistake("unknown escape \\" + kind);
            }
        };
    }

    private String codePoint(int digits) {
        var value = number(digits, 16);
        if (!isCharacter(value)) {
            throw mistake("there is no such character");
        }
        return Character.toString(value);
    }

    /** Bytes may be escaped one by one, as in Go, and then spell a character in UTF-8. */
    private String utf8(int first) {
        if (first < 0x80) {
            return Character.toString(first);
        }
        var more = first < 0xC0 || first > 0xF7 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        var value = first & (0x3F >> more);
        for (var i = 0; i < more; i++) {
            var next = skip('\\') ? octet() : 0;
            if (next >> 6 != 0b10) {
                throw mistake("these bytes are not UTF-8");
            }
            value = value << 6 | next & 0x3F;
        }
        if (more == 0
                || !isCharacter(value)
                || value < List.of(0, 0x80, 0x800, 0x10000).get(more)) {
            throw mistake("these bytes are not UTF-8");
        }
        return Character.toString(value);
    }

    /** One byte as {@code xFF} or in octal, the backslash already read. */
    private int octet() {
        var value = skip('x') ? number(2, 16) : number(3, 8);
        if (value > 0xFF) {
            throw mistake("that is more than a byte");
        }
        return value;
    }

    private int number(int digits, int radix) {
        var value = 0;
        for (var i = 0; i < digits; i++) {
            var digit = at < input.length() && peek() < 0x80 ? Character.digit(peek(), radix) : -1;
            if (digit < 0) {
                throw mistake("expected " + digits + (radix == 16 ? " hexadecimal" : " octal") + " digits");
            }
            value = value * radix + digit;
            at++;
        }
        return value;
    }

    private static boolean isCharacter(int value) {
        return Character.isValidCodePoint(value)
                && (value < Character.MIN_SURROGATE || value > Character.MAX_SURROGATE);
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
        while (at < input.length() && isSpace(input.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException mistake(String what) {
        return new IllegalArgumentException("bad matcher " + input + " at character " + (at + 1) + ": " + what);
    }
}
