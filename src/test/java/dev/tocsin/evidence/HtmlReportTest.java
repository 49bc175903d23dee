package dev.tocsin.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.journal.Pieces;
import dev.tocsin.json.AlertmanagerMessage;
import dev.tocsin.json.Json;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The page of every case, as an XML parser and the policy of the page itself read it. */
final class HtmlReportTest {
    private static final String HOSTILE = "</td><script>alert(1)</script> \"'&\n\u202Eright to left\u0000";

    static Stream<Path> cases() throws Exception {
        return GoldenCasesTest.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isWellFormedAndLoadsAndRunsNothing(Path file) throws Exception {
        loadsAndRunsNothing(parsed(page(Case.read(file))));
    }

    private static void loadsAndRunsNothing(Document page) throws Exception {
        for (var element : elements(page)) {
            assertThat(element.getTagName())
                    .isNotIn("script", "link", "img", "image", "iframe", "object", "embed", "form", "use", "base");
            var attributes = element.getAttributes();
            for (var i = 0; i < attributes.getLength(); i++) {
                var name = attributes.item(i).getNodeName();
                assertThat(name).doesNotStartWith("on").isNotIn("src", "srcset", "style", "action", "data", "ping");
                if (name.equals("href")) {
                    assertThat(element.getTagName()).isEqualTo("a");
                    assertThat(element.getAttribute("href")).matches("https?://.*");
                }
            }
        }
        var style = only(page, "style").getTextContent();
        assertThat(style).doesNotContain("url(", "@import", "expression");
        var policy = elements(page).stream()
                .filter(element -> element.getAttribute("http-equiv").equals("Content-Security-Policy"))
                .map(element -> element.getAttribute("content"))
                .findFirst();
        assertThat(policy)
                .contains("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder()
                                .encodeToString(MessageDigest.getInstance("SHA-256")
                                        .digest(style.getBytes(StandardCharsets.UTF_8)))
                        + "'; base-uri 'none'; form-action 'none'");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void namesEverythingThatTheVerdictNames(Path file) throws Exception {
        var facts = Case.read(file);
        var document = Evidence.render(Case.RUN, Pieces.of(facts)).document();

        var text = only(parsed(page(facts)), "body").getTextContent();

        var told = new ArrayList<String>();
        told.addAll(List.of(
                document.verdict().name(),
                document.run().id(),
                document.journal().lastHash()));
        told.addAll(document.reasons());
        told.addAll(document.warnings());
        told.addAll(document.stimuli().keySet());
        for (var check : document.checks()) {
            told.addAll(List.of(check.name(), check.expected(), check.observed()));
            told.addAll(check.evidence());
            Stream.of(check.next(), check.brokeAt()).flatMap(Optional::stream).forEach(told::add);
        }
        for (var alert : document.alerts()) {
            told.add(alert.labels().toString());
            told.addAll(alert.annotations().values());
        }
        assertThat(text).contains(told);
    }

    /** Headings go down step by step, column and row heads say which they are, and what is drawn is told in words. */
    @ParameterizedTest
    @MethodSource("cases")
    void isReadByThoseWhoDoNotSeeIt(Path file) throws Exception {
        var page = parsed(page(Case.read(file)));

        var levels = elements(page).stream()
                .map(Element::getTagName)
                .filter(name -> name.matches("h[1-6]"))
                .map(name -> name.charAt(1) - '0')
                .toList();
        assertThat(levels.getFirst()).isEqualTo(1);
        assertThat(IntStream.range(1, levels.size())).allMatch(i -> levels.get(i) <= levels.get(i - 1) + 1);
        var ids = elements(page).stream()
                .map(element -> element.getAttribute("id"))
                .filter(id -> !id.isEmpty())
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        for (var element : elements(page)) {
            if (element.getTagName().equals("th")) {
                assertThat(element.getAttribute("scope")).isIn("row", "col");
            }
            if (element.hasAttribute("aria-labelledby")) {
                assertThat(ids).contains(element.getAttribute("aria-labelledby").split(" "));
            }
        }
        assertThat(only(page, "desc").getTextContent()).contains("Phases of the run");
    }

    @Test
    void whatUsersAndAlertsSayIsText() throws Exception {
        var facts = new ArrayList<Recorded>();
        for (var recorded : Case.read(Path.of("src/test/resources/cases/rings-and-resolves.yaml"))) {
            facts.add(new Recorded(recorded.seq(), recorded.at(), hostile(recorded.fact())));
        }

        var text = page(facts);

        var page = parsed(text);
        loadsAndRunsNothing(page);
        assertThat(text).doesNotContain("<script", "\u202E", "\u0000");
        assertThat(only(page, "body").getTextContent())
                .contains(HOSTILE.replace("\u202E", "\\u202e").replace("\u0000", "\\u0000"))
                .contains("asked by " + "</td><script>");
    }

    private static Fact hostile(Fact fact) throws Exception {
        var written = Json.MAPPER.writeValueAsString(HOSTILE);
        var inside = written.substring(1, written.length() - 1);
        return replaced(
                fact,
                Map.of("\"critical\"", written, "it rings", inside, "\"somebody\"", "\"asked by " + inside + "\""));
    }

    /** With other text in its JSON; a notification is JSON in itself. */
    private static Fact replaced(Fact fact, Map<String, String> texts) throws Exception {
        if (fact instanceof Fact.NotificationReceived(var notification)) {
            var raw = replaced(notification.raw(), texts);
            return new Fact.NotificationReceived(AlertmanagerMessage.read(raw.getBytes(StandardCharsets.UTF_8)));
        }
        var text = Json.MAPPER.writerFor(Fact.class).writeValueAsString(fact);
        return Json.MAPPER.readValue(replaced(text, texts), Fact.class);
    }

    private static String replaced(String text, Map<String, String> texts) {
        var changed = text;
        for (var one : texts.entrySet()) {
            changed = changed.replace(one.getKey(), one.getValue());
        }
        return changed;
    }

    @Test
    void onlyTheAddressOfAPageIsALink() throws Exception {
        var facts = new ArrayList<Recorded>();
        for (var recorded : Case.read(Path.of("src/test/resources/cases/two-stimuli.yaml"))) {
            var annotation = recorded.seq() < 6 ? "https://example.org/a?b&c" : "javascript:alert(1)";
            facts.add(new Recorded(
                    recorded.seq(), recorded.at(), replaced(recorded.fact(), Map.of("it rings", annotation))));
        }

        var page = parsed(page(facts));

        assertThat(elements(page).stream()
                        .filter(element -> element.hasAttribute("href"))
                        .map(element -> element.getAttribute("href")))
                .containsExactly("https://example.org/a?b&c");
        assertThat(only(page, "body").getTextContent()).contains("javascript:alert(1)");
    }

    /** The least that WCAG 2 AA asks of text, on both grounds, in light, in the dark and on paper. */
    @Test
    void aPanelsUnitAndThresholdsAreShown() throws Exception {
        var facts = new ArrayList<Recorded>();
        for (var recorded : Case.read(Path.of("src/test/resources/cases/signal-01-seen.yaml"))) {
            var scaled = replaced(
                    recorded.fact(),
                    Map.of("\"shows\":false", "\"shows\":false,\"scale\":{\"unit\":\"ms\",\"thresholds\":[50,500]}"));
            facts.add(new Recorded(recorded.seq(), recorded.at(), scaled));
        }

        var page = parsed(page(facts));

        var signal = elements(page).stream()
                .filter(element -> element.getAttribute("class").equals("signal"))
                .findFirst()
                .orElseThrow();
        assertThat(signal.getTextContent())
                .contains("10 ms to 96 ms", "threshold 50 ms", "threshold 500 ms, which lies above");
        assertThat(elements(page).stream()
                        .filter(element -> element.getTagName().equals("title"))
                        .map(Element::getTextContent))
                .containsOnlyOnce("threshold 50 ms")
                .doesNotContain("threshold 500 ms");
    }

    @Test
    void everyColourCanBeRead() throws Exception {
        var css = only(parsed(page(Case.read(Path.of("src/test/resources/cases/rings-and-resolves.yaml")))), "style")
                .getTextContent();
        var schemes =
                Pattern.compile(":root \\{([^}]*)}").matcher(css).results().toList();
        assertThat(schemes).hasSize(3);
        for (var scheme : schemes) {
            var colours = Pattern.compile("--(\\w+): (#[0-9a-f]{6})")
                    .matcher(scheme.group(1))
                    .results()
                    .collect(Collectors.toMap(found -> found.group(1), found -> luminance(found.group(2))));
            assertThat(colours).hasSize(14);
            colours.forEach((name, luminance) -> {
                if (!Set.of("bg", "surface", "line").contains(name)) {
                    for (var ground : List.of("bg", "surface")) {
                        assertThat(contrast(luminance, colours.getOrDefault(ground, 0.0)))
                                .as(name + " on " + ground)
                                .isGreaterThanOrEqualTo(4.5);
                    }
                }
            });
        }
    }

    private static double contrast(double one, double other) {
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }

    private static double luminance(String colour) {
        var channels = IntStream.of(1, 3, 5)
                .mapToDouble(at -> Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0)
                .map(part -> part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4))
                .toArray();
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
    }

    @Test
    void isTheSameEachTime() throws Exception {
        var facts = Case.read(Path.of("src/test/resources/cases/durability-lost.yaml"));

        assertThat(page(facts)).isEqualTo(page(facts));
    }

    private static String page(List<Recorded> facts) {
        var rendered = Evidence.render(Case.RUN, Pieces.of(facts));
        return new String(rendered.files().getOrDefault(Evidence.PAGE, new byte[0]), StandardCharsets.UTF_8);
    }

    private static Document parsed(String page) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> elements(Document page) {
        var nodes = page.getElementsByTagName("*");
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .map(Element.class::cast)
                .toList();
    }

    private static Element only(Document page, String name) {
        return elements(page).stream()
                .filter(element -> element.getTagName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
