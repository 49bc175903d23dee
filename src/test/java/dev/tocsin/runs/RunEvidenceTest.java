package dev.tocsin.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.http.RealService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run leaves behind, as files. */
final class RunEvidenceTest extends WithRuns {
    @Test
    void theEvidenceIsServedFileByFileAndAsOne() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        var types = Map.of(
                "verdict.json", "application/json",
                "junit.xml", "application/xml",
                "report.md", "text/markdown; charset=utf-8",
                "report.html", "text/html; charset=utf-8",
                "journal.ndjson", "application/x-ndjson");
        var files = new HashMap<String, String>();
        for (var file : types.entrySet()) {
            var answer = service.get(RUNS + "/" + run + "/evidence/" + file.getKey());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains(file.getValue());
            assertThat(answer.headers().firstValue("ETag").orElse("")).matches("\"[0-9a-f]{64}\"");
            files.put(run + "/" + file.getKey(), answer.body());
        }

        var bundle = service.download(RUNS + "/" + run + "/evidence/bundle.zip");

        assertThat(bundle.headers().firstValue("Content-Type")).contains("application/zip");
        assertThat(unzipped(bundle.body())).containsExactlyInAnyOrderEntriesOf(files);
        assertThat(service.download(RUNS + "/" + run + "/evidence/bundle.zip")
                        .headers()
                        .firstValue("ETag"))
                .isEqualTo(bundle.headers().firstValue("ETag"));
    }

    @Test
    void whoHasTheEvidenceIsNotSentItAgain() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        var path = RUNS + "/" + run + "/evidence/verdict.json";
        var tag = service.get(path).headers().firstValue("ETag").orElseThrow();

        var again = service.send(service.request(path, RealService.VIEWER).header("If-None-Match", tag));

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verdict.json", "bundle.zip"})
    void thereIsNoEvidenceBeforeTheEnd(String file) throws Exception {
        var run = service.run("idle");

        var answer = service.get(RUNS + "/" + run + "/evidence/" + file);

        assertProblem(answer, 404, "/problems/not-found");
        assertThat(answer.body()).contains("not written yet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verdict", "..%2F..%2Fjournal.ndjson", "verdict.json.part"})
    void nothingElseIsServed(String file) throws Exception {
        var run = service.run("idle");
        var _ = ended(run);

        assertProblem(service.get(RUNS + "/" + run + "/evidence/" + file), 404, "/problems/not-found");
    }

    @Test
    void whatAnEarlierVersionWroteIsServedAsItIs() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        Files.delete(service.evidence(run).resolve("report.html"));

        var answer = service.get(RUNS + "/" + run + "/evidence/report.html");
        var bundle = service.download(RUNS + "/" + run + "/evidence/bundle.zip");

        assertProblem(answer, 404, "/problems/not-found");
        assertThat(answer.body()).contains("an earlier version wrote", "tocsin report renders it");
        assertThat(unzipped(bundle.body())).hasSize(4).containsKey(run + "/verdict.json");
    }

    private static Map<String, String> unzipped(byte[] bytes) throws IOException {
        var files = new HashMap<String, String>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
