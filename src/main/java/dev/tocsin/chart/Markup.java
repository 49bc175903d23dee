package dev.tocsin.chart;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * HTML and SVG that is well-formed XML too, and escaped by construction: text and values go in as they are, and there is no
 * way to write markup from a string.
 */
public final class Markup {
    private static final String SVG = "http://www.w3.org/2000/svg";

    /** Each begins a line, so that a change is seen as a line that changed. */
    private static final Set<String> ON_A_LINE = Set.of(
            ("html head meta title style body header main section article footer h1 h2 h3 h4 p ul ol li dl dt div figure"
                            + " figcaption table caption thead tbody tfoot tr details summary svg g desc defs rect line path text")
                    .split(" "));

    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** A document that a browser takes for HTML and an XML parser for XML. */
    public static Markup document() {
        var page = new Markup();
        page.text.append("<!DOCTYPE html>");
        return page;
    }

    /** Begins an element; attributes are names and values in turn. */
    public Markup open(String element, String... attributes) {
        begin(element, attributes);
        text.append('>');
        open.push(element);
        return this;
    }

    /** Begins a drawing within a page. */
    public Markup drawing(String... attributes) {
        return open(
                "svg",
                Stream.concat(Stream.of("xmlns", SVG), Stream.of(attributes)).toArray(String[]::new));
    }

    /** Ends the element that was begun last. */
    public Markup close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    /** A whole element with nothing but text in it. */
    public Markup element(String element, String content, String... attributes) {
        return open(element, attributes).text(content).close();
    }

    /** An element that has no content by its nature: a shape, or one of HTML's void elements. */
    public Markup empty(String element, String... attributes) {
        begin(element, attributes);
        text.append("/>");
        return this;
    }

    /** Text, escaped; what would change how the text around it reads is spelled out. */
    public Markup text(String content) {
        escape(content, false);
        return this;
    }

    /**
     * A style sheet as it is written.
     *
     * @throws IllegalArgumentException when HTML and XML would not read it alike
     */
    public Markup style(String css) {
        if (css.chars().anyMatch(one -> one == '<' || one == '>' || one == '&')) {
            throw new IllegalArgumentException("a style sheet within markup must not have <, > or &");
        }
        open("style");
        text.append(css);
        return close();
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException(open + " were begun and not ended");
        }
        return text + "\n";
    }

    private void begin(String element, String... attributes) {
        if (ON_A_LINE.contains(element)) {
            text.append('\n');
        }
        text.append('<').append(element);
        for (var i = 0; i < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1], true);
            text.append('"');
        }
    }

    private void escape(String content, boolean attribute) {
        content.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                case '\n', '\t' -> {
                    // In an attribute an XML parser would make a blank of them.
                    if (attribute) {
                        text.append("&#").append(point).append(';');
                    } else {
                        text.appendCodePoint(point);
                    }
                }
                default -> {
                    if (plain(point)) {
                        text.appendCodePoint(point);
                    } else {
                        text.append(String.format(Locale.ROOT, "\\u%04x", point));
                    }
                }
            }
        });
    }

    /** Not plain are controls, halves of characters, what XML forbids, and what turns the direction of the text after it. */
    private static boolean plain(int point) {
        var turns = point == 0x061C
                || point == 0x200E
                || point == 0x200F
                || point >= 0x202A && point <= 0x202E
                || point >= 0x2066 && point <= 0x2069;
        return !turns
                && !Character.isISOControl(point)
                && !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
                && (point & 0xFFFE) != 0xFFFE;
    }
}
