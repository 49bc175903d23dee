package dev.tocsin.evidence;

import dev.tocsin.chart.Markup;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

/** The small pieces of a page that repeat: terms, lists, tables of pairs, addresses. */
final class HtmlValues {
    private HtmlValues() {}

    /** A term with its value in a list of them. */
    static void term(Markup page, String name, String value) {
        begin(page, name);
        page.text(value);
        end(page);
    }

    static void begin(Markup page, String name) {
        page.open("div").element("dt", name).open("dd");
    }

    static void end(Markup page) {
        page.close().close();
    }

    static void list(Markup page, List<String> lines) {
        page.open("ul");
        lines.forEach(line -> page.element("li", line));
        page.close();
    }

    /** A list under a small heading, where there is something to list. */
    static void list(Markup page, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            page.element("h3", title);
            list(page, lines);
        }
    }

    /** A column head. */
    static void head(Markup page, String... names) {
        page.open("thead").open("tr");
        for (var name : names) {
            page.element("th", name, "scope", "col");
        }
        page.close().close();
    }

    /** A table of names and values, folded. */
    static void folded(Markup page, String title, Map<String, String> pairs) {
        page.open("details").element("summary", title + " (" + pairs.size() + ")");
        page.open("table", "class", "pairs").open("tbody");
        pairs.forEach((name, value) -> {
            page.open("tr").element("th", name, "scope", "row").open("td", "class", "verbatim");
            address(page, value);
            page.close().close();
        });
        page.close().close().close();
    }

    /** A link where it is the address of a page, else the text. */
    static void address(Markup page, String value) {
        if (isAddress(value)) {
            page.element("a", value, "href", value, "rel", "noopener noreferrer nofollow");
        } else {
            page.text(value);
        }
    }

    private static boolean isAddress(String value) {
        try {
            var address = new URI(value);
            return List.of("http", "https").contains(String.valueOf(address.getScheme())) && address.getHost() != null;
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
