package dev.tocsin.promql;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.antlr.v4.runtime.Token;

/** What numbers and texts in quotes mean, which is what Go says of them. */
final class Literals {
    private Literals() {}

    /** Whole numbers are Go's, where a leading 0 means octal and 0x hexadecimal; what is no whole number is a decimal one. */
    static double number(Token token) {
        var text = token.getText().toLowerCase(Locale.ROOT);
        try {
            return switch (text) {
                case "inf" -> Double.POSITIVE_INFINITY;
                case "nan" -> Double.NaN;
                default -> text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : decimal(text);
            };
        } catch (NumberFormatException e) {
            throw Mistakes.at(token, token.getText() + " is no number");
        }
    }

    private static double decimal(String text) {
        if (text.matches("0[0-7]+")) {
            try {
                return Long.parseLong(text, 8);
            } catch (NumberFormatException _) {
                return finite(text);
            }
        }
        return finite(text);
    }

    private static double finite(String text) {
        var value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw new NumberFormatException(text);
        }
        return value;
    }

    /** A text without its quotes. Escapes may spell single bytes, which must make up UTF-8 in the end. */
    static String text(Token token) {
        var text = token.getText();
        var quote = text.charAt(0);
        var inner = text.substring(1, text.length() - 1);
        return quote == '`' || inner.indexOf('\\') < 0 ? inner : unescaped(token, inner, quote);
    }

    private static String unescaped(Token token, String inner, char quote) {
        var bytes = new ByteArrayOutputStream();
        var at = 0;
        while (at < inner.length()) {
            var escape = inner.indexOf('\\', at);
            var plain = escape < 0 ? inner.length() : escape;
            bytes.writeBytes(inner.substring(at, plain).getBytes(StandardCharsets.UTF_8));
            at = escape < 0 ? plain : plain + 1 + escaped(token, inner, plain + 1, quote, bytes);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Mistakes.at(token, "the escapes of " + token.getText() + " make up no UTF-8");
        }
    }

    /** Writes what an escape stands for, and says how long it is behind its backslash. */
    private static int escaped(Token token, String inner, int at, char quote, ByteArrayOutputStream bytes) {
        var letter = inner.charAt(at);
        return switch (letter) {
            case 'a' -> simple(bytes, 7);
            case 'b' -> simple(bytes, '\b');
            case 'f' -> simple(bytes, '\f');
            case 'n' -> simple(bytes, '\n');
            case 'r' -> simple(bytes, '\r');
            case 't' -> simple(bytes, '\t');
            case 'v' -> simple(bytes, 11);
            case '\\' -> simple(bytes, '\\');
            case 'x' -> single(token, inner, at + 1, 2, 16, bytes) + 1;
            case '0', '1', '2', '3', '4', '5', '6', '7' -> single(token, inner, at, 3, 8, bytes);
            case 'u' -> point(token, inner, at + 1, 4, bytes) + 1;
            case 'U' -> point(token, inner, at + 1, 8, bytes) + 1;
            default -> {
                if (letter == quote) {
                    yield simple(bytes, quote);
                }
                throw Mistakes.at(token, "\\" + letter + " is no escape; for a backslash write \\\\");
            }
        };
    }

    private static int simple(ByteArrayOutputStream bytes, int value) {
        bytes.write(value);
        return 1;
    }

    private static int single(Token token, String inner, int from, int length, int base, ByteArrayOutputStream bytes) {
        var value = digits(token, inner, from, length, base);
        if (value > 255) {
            throw Mistakes.at(token, "\\" + inner.substring(from, from + length) + " is more than one byte");
        }
        bytes.write((int) value);
        return length;
    }

    private static int point(Token token, String inner, int from, int length, ByteArrayOutputStream bytes) {
        var value = digits(token, inner, from, length, 16);
        if (value > Character.MAX_CODE_POINT || value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
            throw Mistakes.at(token, "there is no character " + inner.substring(from, from + length));
        }
        bytes.writeBytes(Character.toString((int) value).getBytes(StandardCharsets.UTF_8));
        return length;
    }

    private static long digits(Token token, String inner, int from, int length, int base) {
        var value = 0L;
        for (var at = from; at < from + length; at++) {
            var digit = at < inner.length() && inner.charAt(at) < 128 ? Character.digit(inner.charAt(at), base) : -1;
            if (digit < 0) {
                throw Mistakes.at(token, "an escape of " + token.getText() + " needs " + length + " digits");
            }
            value = value * base + digit;
        }
        return value;
    }
}
