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
import java.util.List;
import java.util.Optional;

/** Reading scenarios and alerts. */
public final class ScenarioRoutes {

    /** A scenario as the API shows it, with its last run. */
    record ScenarioDocument(
            String name,
            String file,
            Optional<String> title,
            Optional<String> owner,
            Optional<String> runbook,
            Optional<Bracket> bracket,
            List<Mistake> mistakes,
            Optional<RunSummary> lastRun) {}

    record Scenarios(List<ScenarioDocument> scenarios) {}

    record Alerts(List<SeenAlert> alerts) {}

    private final Vertx vertx;
    private final ScenarioCatalog catalog;
    private final Runs runs;
    private final AlertLedger alerts;
    private final ApiDoor door;

    public ScenarioRoutes(Vertx vertx, ScenarioCatalog catalog, Runs runs, AlertLedger alerts, ApiDoor door) {
        this.vertx = vertx;
        this.catalog = catalog;
        this.runs = runs;
        this.alerts = alerts;
        this.door = door;
    }

    /** Puts the routes on a router. */
    public void mount(Router router) {
        var viewer = door.require(Role.VIEWER);
        router.get("/api/v1/scenarios").handler(viewer).handler(this::list);
        router.get("/api/v1/scenarios/:name").handler(viewer).handler(this::show);
        router.get("/api/v1/alerts").handler(viewer).handler(this::alerts);
    }

    private void list(RoutingContext request) {
        Blocking.answer(
                vertx,
                request,
                catalog::all,
                all -> Answers.json(
                        request,
                        200,
                        new Scenarios(all.stream().map(this::document).toList())));
    }

    private void show(RoutingContext request) {
        var name = request.pathParam("name");
        Blocking.answer(
                vertx,
                request,
                () -> catalog.all().stream()
                        .filter(loaded -> loaded.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> Problem.notFound("no scenario " + name + " is loaded")),
                loaded -> Answers.json(request, 200, document(loaded)));
    }

    private void alerts(RoutingContext request) {
        Answers.json(
                request,
                200,
                new Alerts(alerts.newestFirst().stream().map(SeenAlert::of).toList()));
    }

    private ScenarioDocument document(ScenarioCatalog.Loaded loaded) {
        return new ScenarioDocument(
                loaded.name(),
                loaded.file().toString(),
                loaded.scenario().map(scenario -> scenario.title()),
                loaded.scenario().flatMap(scenario -> scenario.owner()),
                loaded.scenario().flatMap(scenario -> scenario.runbook()),
                loaded.scenario().flatMap(scenario -> scenario.bracket()),
                loaded.mistakes(),
                runs.index().newestFirst().stream()
                        .filter(run ->
                                run.mode() == Mode.PROOF && run.scenario().equals(loaded.name()))
                        .findFirst());
    }
}
