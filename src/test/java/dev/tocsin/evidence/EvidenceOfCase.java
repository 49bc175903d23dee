package dev.tocsin.evidence;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.journal.Pieces;
import dev.tocsin.json.Json;
import java.nio.file.Path;

/** The evidence that the run of a golden case leaves, as a folder. */
public final class EvidenceOfCase {
    private EvidenceOfCase() {}

    /** Writes it and returns the folder. */
    public static Path write(String name, Path folder) throws Exception {
        return write(name, folder, 1);
    }

    /** Writes it as the evidence of the so-manieth run. */
    public static Path write(String name, Path folder, int number) throws Exception {
        var run = RunId.parse(Case.RUN.toString().replaceFirst("..$", "%02d".formatted(number)));
        var facts = Case.read(Path.of("src/test/resources/cases", name + ".yaml")).stream()
                .map(recorded -> new Recorded(recorded.seq(), recorded.at(), of(run, recorded.fact())))
                .toList();
        Evidence.render(run, Pieces.of(facts)).write(folder);
        return folder;
    }

    private static Fact of(RunId run, Fact fact) {
        var text = Json.MAPPER.writerFor(Fact.class).writeValueAsString(fact);
        return Json.MAPPER.readValue(text.replace(Case.RUN.toString(), run.toString()), Fact.class);
    }
}
