package dev.tocsin.runs;

import dev.tocsin.domain.scenario.Bracket;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.evidence.VerdictDocument.SeenAlert;
import dev.tocsin.http.Answers;
import dev.tocsin.http.ApiDoor;
import dev.tocsin.http.Blocking;
import dev.tocsin.http.Problem;
import dev.tocsin.http.Role;
import dev.tocsin.runner.RunSummary;
import dev.tocsin.runner.Runs;
import dev.tocsin.scenarios.ScenarioCatalog;
import dev.tocsin.yaml.Mistake;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reading scenarios and alerts. */
public final class ScenarioRoutes {

    /**
     * A scenario as the API shows it.
     *
     * @param lastRuns the last ten, newest first
     */
    record ScenarioDocument(
            String name,
            String file,
            Optional<String> title,
            Optional<String> owner,
            Optional<String> runbook,
            Optional<Bracket> bracket,
            Optional<String> target,
            Map<String, String> parameters,
            List<Mistake> mistakes,
            Optional<RunSummary> lastRun,
            List<RunSummary> lastRuns) {}

    record Scenarios(List<ScenarioDocument> scenarios) {}

    record Alerts(List<SeenAlert> alerts) {}

    private static final int LAST_RUNS = 10;

    private final Vertx vertx;
    private final ScenarioCatalog catalog;
    private final Runs runs;
    private final AlertLedger alerts;
    private final Recipients recipients;
    private final ApiDoor door;

    public ScenarioRoutes(
            Vertx vertx, ScenarioCatalog catalog, Runs runs, AlertLedger alerts, Recipients recipients, ApiDoor door) {
        this.vertx = vertx;
        this.catalog = catalog;
        this.runs = runs;
        this.alerts = alerts;
        this.recipients = recipients;
        this.door = door;
    }

    /** Puts the routes on a router. */
    public void mount(Router router) {
        var viewer = door.require(Role.VIEWER);
        router.get("/api/v1/scenarios").handler(viewer).handler(this::list);
        router.get("/api/v1/scenarios/:name").handler(viewer).handler(this::show);
        router.get("/api/v1/scenarios/:name/recipients").handler(viewer).handler(this::recipients);
        router.get("/api/v1/alerts").handler(viewer).handler(this::alerts);
    }

    private void list(RoutingContext request) {
        Blocking.answer(vertx, request, catalog::all, all -> {
            var newestFirst = runs.index().newestFirst();
            Answers.json(
                    request,
                    200,
                    new Scenarios(all.stream()
                            .map(loaded -> document(loaded, newestFirst))
                            .toList()));
        });
    }

    private void show(RoutingContext request) {
        Blocking.answer(
                vertx,
                request,
                () -> loaded(request),
                loaded ->
                        Answers.json(request, 200, document(loaded, runs.index().newestFirst())));
    }

    private void recipients(RoutingContext request) {
        Blocking.answer(
                vertx,
                request,
                () -> {
                    var loaded = loaded(request);
                    return recipients.of(loaded.scenario()
                            .orElseThrow(() -> Problem.scenarioInvalid("mend it first", loaded.mistakes())));
                },
                known -> Answers.json(request, 200, known));
    }

    private ScenarioCatalog.Loaded loaded(RoutingContext request) throws IOException {
        var name = request.pathParam("name");
        return catalog.all().stream()
                .filter(loaded -> loaded.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("no scenario " + name + " is loaded"));
    }

    private void alerts(RoutingContext request) {
        Answers.json(
                request,
                200,
                new Alerts(alerts.newestFirst().stream().map(SeenAlert::of).toList()));
    }

    private static ScenarioDocument document(ScenarioCatalog.Loaded loaded, List<RunSummary> newestFirst) {
        var last = newestFirst.stream()
                .filter(run -> run.mode() == Mode.PROOF && run.scenario().equals(loaded.name()))
                .limit(LAST_RUNS)
                .toList();
        return new ScenarioDocument(
                loaded.name(),
                loaded.file().toString(),
                loaded.scenario().map(scenario -> scenario.title()),
                loaded.scenario().flatMap(scenario -> scenario.owner()),
                loaded.scenario().flatMap(scenario -> scenario.runbook()),
                loaded.scenario().flatMap(scenario -> scenario.bracket()),
                loaded.scenario().flatMap(scenario -> scenario.target()),
                loaded.scenario().map(scenario -> scenario.parameters()).orElse(Map.of()),
                loaded.mistakes(),
                last.stream().findFirst(),
                last);
    }
}
