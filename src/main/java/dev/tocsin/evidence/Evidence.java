package dev.tocsin.evidence;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.verdict.Judge;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.journal.BrokenJournalException;
import dev.tocsin.journal.Entry;
import dev.tocsin.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;

/** The files from which anyone can recompute a verdict. */
public final class Evidence {
    public static final String VERDICT = "verdict.json";
    public static final String JUNIT = "junit.xml";
    public static final String REPORT = "report.md";
    public static final String PAGE = "report.html";
    public static final String JOURNAL = "journal.ndjson";

    /** Every file of a run's evidence, with its media type. */
    public static final Map<String, String> FILES = Map.of(
            VERDICT, "application/json",
            JUNIT, "application/xml",
            REPORT, "text/markdown; charset=utf-8",
            PAGE, "text/html; charset=utf-8",
            JOURNAL, "application/x-ndjson");

    /** What the page is allowed to do, whoever serves it: nothing but to look as it does. */
    public static final String PAGE_POLICY = HtmlReport.POLICY;

    private Evidence() {}

    /** The page of a run that goes on, as far as it has come: what is open is called so, and no verdict is given. */
    public static String page(RunState run, Verdict verdict, List<Recorded> facts) {
        return HtmlReport.going(run, verdict, facts);
    }

    /** Judges the piece of the journal that one run covers, from its admission to its end, and renders all files. */
    public static Rendered render(RunId run, List<Entry> entries) {
        var facts = entries.stream().map(Entry::recorded).toList();
        var state = RunState.fold(run, facts)
                .orElseThrow(() -> new BrokenJournalException("run " + run + " was not admitted in this journal"));
        var ended = state.ended()
                .orElseThrow(() -> new BrokenJournalException("run " + run + " has not ended in this journal"));
        var verdict = Judge.judge(state, ended);
        var document = VerdictDocument.of(state, verdict, entries);
        var files = new LinkedHashMap<String, byte[]>();
        files.put(JOURNAL, journal(entries));
        files.put(
                VERDICT,
                Json.MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(document));
        files.put(JUNIT, JUnitReport.render(document).getBytes(StandardCharsets.UTF_8));
        files.put(REPORT, MarkdownReport.render(document).getBytes(StandardCharsets.UTF_8));
        files.put(PAGE, HtmlReport.render(state, document, facts).getBytes(StandardCharsets.UTF_8));
        return new Rendered(document, files);
    }

    /** A verdict and its files. */
    public record Rendered(VerdictDocument document, Map<String, byte[]> files) {
        /** Writes all files; a reader sees each whole or not at all, the verdict last. */
        public void write(Path folder) throws IOException {
            Files.createDirectories(folder);
            for (var name : List.of(JOURNAL, JUNIT, REPORT, PAGE, VERDICT)) {
                var whole = Files.createTempFile(folder, name, ".part");
                Files.write(whole, files.getOrDefault(name, new byte[0]));
                Files.move(whole, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /**
     * Judges a folder of evidence anew.
     *
     * @throws BrokenJournalException when its journal is not what was written, or its verdict does not follow from it
     */
    public static VerdictDocument judge(Path folder) throws IOException {
        var rendered = again(Files.readAllBytes(folder.resolve(JOURNAL)));
        VerdictDocument claimed;
        try {
            claimed = Json.MAPPER.readValue(Files.readAllBytes(folder.resolve(VERDICT)), VerdictDocument.class);
        } catch (JacksonException e) {
            throw new BrokenJournalException(VERDICT + " cannot be read: " + e.getOriginalMessage());
        }
        if (!rendered.document().equals(claimed)) {
            throw contradicted(claimed.verdict().name(), rendered);
        }
        return rendered.document();
    }

    /**
     * Renders a folder of evidence again, from its journal alone. Of a {@code verdict.json} beside it only the verdict and
     * the last hash must agree: what else it says may be of another version.
     *
     * @throws BrokenJournalException when its journal is not what was written, or another verdict follows from it
     */
    public static Rendered again(Path folder) throws IOException {
        var rendered = again(Files.readAllBytes(folder.resolve(JOURNAL)));
        var verdict = folder.resolve(VERDICT);
        if (Files.exists(verdict)) {
            JsonNode claimed;
            try {
                claimed = Json.MAPPER.readTree(Files.readAllBytes(verdict));
            } catch (JacksonException e) {
                throw new BrokenJournalException(VERDICT + " cannot be read: " + e.getOriginalMessage());
            }
            var document = rendered.document();
            if (!claimed.path("verdict").asString("").equals(document.verdict().name())
                    || !claimed.path("journal")
                            .path("lastHash")
                            .asString("")
                            .equals(document.journal().lastHash())) {
                throw contradicted(claimed.path("verdict").asString("nothing"), rendered);
            }
        }
        return rendered;
    }

    /**
     * Renders a {@code journal.ndjson} again.
     *
     * @throws BrokenJournalException when it is not what was written
     */
    public static Rendered again(byte[] journal) {
        var entries = entries(new String(journal, StandardCharsets.UTF_8));
        return render(run(entries), entries);
    }

    private static BrokenJournalException contradicted(String claimed, Rendered rendered) {
        return new BrokenJournalException(VERDICT + " says " + claimed + " and does not follow from " + JOURNAL
                + ", which gives " + rendered.document().verdict()
                + "; one of the two was changed, or another version of Tocsin judged");
    }

    private static List<Entry> entries(String ndjson) {
        if (!ndjson.endsWith("\n")) {
            throw new BrokenJournalException("the last line of " + JOURNAL + " is not whole");
        }
        var entries = new ArrayList<Entry>();
        for (var line : ndjson.substring(0, ndjson.length() - 1).split("\n", -1)) {
            var entry = Entry.ofLine(line, entries.size() + 1);
            if (!entries.isEmpty() && !entry.follows(entries.getLast().hash())) {
                throw new BrokenJournalException(
                        "line " + (entries.size() + 1) + " does not follow the one before: an entry is missing");
            }
            entries.add(entry);
        }
        return entries;
    }

    /** The run that the piece was cut for: it begins with its admission. */
    private static RunId run(List<Entry> entries) {
        Recorded first = entries.getFirst().recorded();
        if (first.fact() instanceof Fact.RunAdmitted admitted) {
            return admitted.run();
        }
        throw new BrokenJournalException("line 1 does not admit a run");
    }

    private static byte[] journal(List<Entry> entries) {
        var lines = new StringBuilder();
        entries.forEach(entry -> lines.append(entry.line()).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
