package dev.tocsin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.http.RealService;
import dev.tocsin.journal.FileJournal;
import dev.tocsin.scenarios.ScenarioReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** The pages of a service that has seen much, behind its door. */
final class ManyIT {
    private static final int RUNS = 1000;
    private static final int EPISODES = 10_000;
    private static final int A_NOTIFICATION = 500;

    @TempDir
    private Path home = Path.of("");

    private final List<String> figures = new ArrayList<>();

    @Test
    void muchIsListedASliceAtATimeOnceATokenIsGiven() throws Exception {
        fill();
        try (var service = RealService.start(home);
                var browser = Browser.start()) {
            for (var from = 0; from < EPISODES; from += A_NOTIFICATION) {
                assertThat(service.notify(notification(from)).statusCode()).isEqualTo(204);
            }
            var pages = URI.create("http://127.0.0.1:" + service.port() + "/");

            browser.open(pages);
            await(browser, "main", "Your token");
            assertThat(browser.console()).as("the refusal").allMatch(line -> line.contains("401"));
            assertThat(browser.axe()).isEmpty();
            browser.driver().findElement(By.cssSelector("input")).sendKeys("nobody's\n");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(browser.console())
                            .as("the refusal")
                            .singleElement()
                            .asString()
                            .contains("401"));
            await(browser, "#status", "Credentials are missing or wrong");
            browser.driver()
                    .findElement(By.cssSelector("input"))
                    .sendKeys(RealService.VIEWER + "\n"); // over the wrong one, which is selected
            await(browser, "main", "Waits", "mend");
            assertThat(browser.run("return document.cookie + localStorage.length"))
                    .isEqualTo("0");

            takes(browser, RUNS + " runs listed", "location.hash = '#/runs'", "of " + RUNS + " shown");
            listsASlice(browser);
            takes(browser, RUNS + " runs sorted", head("Verdict"), "ABORTED");
            assertThat(firstRow(browser)).contains("ABORTED");
            takes(browser, RUNS + " runs sorted again", head("Verdict"), "PASSED");
            assertThat(firstRow(browser)).contains("PASSED");
            listsASlice(browser);
            narrows(browser, "ERROR", RUNS / Conclusion.values().length);

            takes(browser, EPISODES + " episodes listed", "location.hash = '#/alerts'", "of " + EPISODES + " shown");
            listsASlice(browser);
            takes(browser, EPISODES + " episodes sorted", head("Alert"), "Alert0");
            takes(browser, EPISODES + " episodes narrowed to 1,250", typed("Alert7"), "of 1250 shown");
            narrows(browser, " node=\"9999\"", 1);
            browser.driver().navigate().refresh();
            await(browser, "main", "of 1 shown");
            assertThat(browser.console()).isEmpty();

            // Whoever may only look is told so, and nothing happens.
            browser.open(pages.resolve("#/scenarios"));
            await(browser, "main", "Waits");
            browser.driver()
                    .findElement(By.cssSelector("[aria-label='Run idle']"))
                    .click();
            await(browser, "dialog", "receivers are not known");
            browser.driver().findElement(By.name("reason")).sendKeys("not mine to do\n");
            await(browser, "dialog", "operator");
        }
    }

    /** Figures and no test: how long an act takes until its result is painted, and the longest that the page did not listen. */
    private void takes(Browser browser, String what, String act, String shown) {
        var took = (List<?>) browser.run("""
                const [shown] = arguments;
                return new Promise(done => {
                    let longest = 0;
                    new PerformanceObserver(seen => seen.getEntries().forEach(task => longest = Math.max(longest, task.duration)))
                        .observe({ type: 'longtask' });
                    const began = performance.now();
                    const look = () => document.querySelector('main').textContent.includes(shown)
                        ? requestAnimationFrame(() => setTimeout(() => done([performance.now() - began, longest].map(Math.round))))
                        : setTimeout(look, 5);
                    %s;
                    look();
                });
                """.formatted(act), shown);
        figures.add("| %s | %s | %s |".formatted(what, took.getFirst(), took.getLast()));
    }

    private static String head(String label) {
        return "[...document.querySelectorAll('th button')].find(one => one.textContent === '" + label + "').click()";
    }

    private static String typed(String words) {
        return "const field = document.querySelector('input[type=search]'); field.value = '" + words
                + "'; field.dispatchEvent(new Event('input'))";
    }

    private static String firstRow(Browser browser) {
        return String.valueOf(browser.run("return document.querySelector('tbody tr').innerText"));
    }

    @AfterEach
    void writeFigures() throws Exception {
        Files.write(
                Path.of("target/pages-times.md"),
                Stream.concat(
                                Stream.of("| act | ms until painted | ms of the longest task |", "|---|---|---|"),
                                figures.stream())
                        .toList());
    }

    /** The rows that are made are few, however many there are. */
    private static void listsASlice(Browser browser) {
        assertThat((long) browser.run("return document.querySelectorAll('tbody tr').length"))
                .isBetween(200L, 600L);
    }

    private static void narrows(Browser browser, String words, int left) {
        browser.driver().findElement(By.cssSelector("input[type=search]")).sendKeys(words);
        await(browser, "main", "of " + left + " shown");
    }

    private static void await(Browser browser, String selector, String... words) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(String.valueOf(
                                browser.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)))
                        .contains(words));
    }

    private void fill() throws Exception {
        var file = Files.writeString(home.resolve("scenario.yaml"), RealService.IDLE);
        var scenario = ScenarioReader.read(file, Map.of(), Mode.PROOF);
        try (var journal = new FileJournal(home.resolve("data"), InstantSource.system())) {
            for (var i = 0; i < RUNS; i++) {
                var run = new RunId(new UUID(0x7000L, 0x8000_0000_0000_0000L + i));
                var _ = journal.append(new Fact.RunAdmitted(
                        run,
                        scenario,
                        "first",
                        Labels.of(Map.of()),
                        List.of(),
                        "ada",
                        Optional.empty(),
                        Optional.empty()));
                var _ = journal.append(new Fact.RunEnded(run));
                journal.append(new Fact.VerdictReached(run, Conclusion.values()[i % Conclusion.values().length], 1, 0))
                        .await();
            }
        }
    }

    private static String notification(int from) {
        return """
                {"version": "4", "groupKey": "g", "receiver": "tocsin", "status": "firing", "alerts": [%s]}
                """.formatted(IntStream.range(from, from + A_NOTIFICATION)
                .mapToObj(each -> """
                        {"status": "firing", "labels": {"alertname": "Alert%d", "node": "%d"}, "annotations": {},
                         "startsAt": "2026-01-01T00:00:00Z", "endsAt": "0001-01-01T00:00:00Z"}
                        """.formatted(each % 8, each))
                .collect(Collectors.joining(",")));
    }
}
