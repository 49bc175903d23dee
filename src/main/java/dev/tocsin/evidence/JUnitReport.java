package dev.tocsin.evidence;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** {@code junit.xml}: one test case for each check, the way CI systems show them. */
final class JUnitReport {
    private JUnitReport() {}

    static String render(VerdictDocument document) {
        var text = new StringWriter();
        try {
            var xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            write(xml, document);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("writing XML to memory failed", e);
        }
        return text + "\n";
    }

    private static void write(XMLStreamWriter xml, VerdictDocument document) throws XMLStreamException {
        var checks = document.checks();
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", document.run().scenario());
        xml.writeAttribute("tests", String.valueOf(checks.size() + 1));
        xml.writeAttribute("failures", String.valueOf(count(checks, "failed")));
        xml.writeAttribute(
                "errors", String.valueOf(count(checks, "inconclusive") + (verdictIsError(document) ? 1 : 0)));
        xml.writeAttribute("skipped", String.valueOf(count(checks, "skipped")));
        xml.writeAttribute("timestamp", document.run().admittedAt().toString());
        xml.writeAttribute("time", String.valueOf(document.run().seconds()));
        for (var check : checks) {
            testCase(xml, document, check.family(), check.name(), () -> outcome(xml, check));
        }
        // A run that was aborted or broke has no failed check; without this case CI would call it green.
        testCase(xml, document, "verdict", "verdict", () -> {
            if (verdictIsError(document)) {
                problem(xml, "error", document.verdict().name(), String.join("\n", document.reasons()));
            }
        });
        if (document.durability().isPresent()) {
            settings(xml, document.durability().get());
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private static void settings(XMLStreamWriter xml, DurabilityDocument durability) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("system-out");
        xml.writeCharacters("settings:\n" + String.join("\n", durability.settings()) + "\nnot proved:\n"
                + String.join("\n", durability.notProved()) + "\n");
        xml.writeEndElement();
    }

    private static boolean verdictIsError(VerdictDocument document) {
        return switch (document.verdict()) {
            case PASSED, FAILED -> false;
            case INCONCLUSIVE, ABORTED, ERROR -> true;
        };
    }

    private interface Content {
        void write() throws XMLStreamException;
    }

    private static void testCase(
            XMLStreamWriter xml, VerdictDocument document, String family, String name, Content content)
            throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", document.run().scenario() + "." + family);
        xml.writeAttribute("name", name);
        content.write();
        xml.writeEndElement();
    }

    private static void outcome(XMLStreamWriter xml, VerdictDocument.JudgedCheck check) throws XMLStreamException {
        var text = "expected: %s%nobserved: %s%s"
                .formatted(
                        check.expected(),
                        check.observed(),
                        check.brokeAt().map(link -> "\nbroke at: " + link).orElse("")
                                + (check.family().equals("durability")
                                                && !check.evidence().isEmpty()
                                        ? "\n" + String.join("\n", check.evidence())
                                        : ""));
        switch (check.result().toLowerCase(Locale.ROOT)) {
            case "failed" -> problem(xml, "failure", check.message(), text);
            case "inconclusive" -> problem(xml, "error", check.message(), text);
            case "skipped" -> xml.writeEmptyElement("skipped");
            default -> {}
        }
    }

    private static void problem(XMLStreamWriter xml, String element, String message, String text)
            throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeAttribute("message", message);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    private static long count(List<VerdictDocument.JudgedCheck> checks, String result) {
        return checks.stream().filter(check -> check.result().equals(result)).count();
    }
}
