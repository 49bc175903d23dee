package dev.tocsin.runs;

import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.evidence.Evidence;
import dev.tocsin.http.Answers;
import dev.tocsin.http.ApiDoor;
import dev.tocsin.http.Audit;
import dev.tocsin.http.Blocking;
import dev.tocsin.http.Caller;
import dev.tocsin.http.Problem;
import dev.tocsin.http.Role;
import dev.tocsin.journal.Entry;
import dev.tocsin.json.Json;
import dev.tocsin.runner.Admission;
import dev.tocsin.runner.RunRequest;
import dev.tocsin.runner.RunSummary;
import dev.tocsin.runner.Runs;
import dev.tocsin.scenarios.ScenarioCatalog;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.yaml.InvalidFileException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Starting, following, stopping and reading runs. */
public final class RunRoutes {
    private static final String BASE = "/api/v1/runs";
    private static final long MAX_BODY_BYTES = 1024 * 1024;
    private static final int MAX_PAGE = 100;
    private static final int MAX_KEY = 255;
    private static final String BUNDLE = "bundle.zip";

    /** A page of runs; {@code next} is the cursor of the following page. */
    record Page(List<RunSummary> runs, Optional<String> next) {}

    private final Vertx vertx;
    private final Runs runs;
    private final ScenarioCatalog scenarios;
    private final ApiDoor door;
    private final RunEvents events;
    private final RunWaits waits;

    public RunRoutes(
            Vertx vertx, Runs runs, ScenarioCatalog scenarios, ApiDoor door, RunEvents events, RunWaits waits) {
        this.vertx = vertx;
        this.runs = runs;
        this.scenarios = scenarios;
        this.door = door;
        this.events = events;
        this.waits = waits;
    }

    /** Puts the routes on a router. */
    public void mount(Router router) {
        var viewer = door.require(Role.VIEWER);
        var operator = door.require(Role.OPERATOR);
        var body = BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
        router.post(BASE)
                .handler(Audit.of("startRun"))
                .handler(operator)
                .handler(body)
                .handler(this::start);
        router.get(BASE).handler(viewer).handler(this::list);
        router.get(BASE + "/:id").handler(viewer).handler(this::show);
        router.post(BASE + "/:id/abort")
                .handler(Audit.of("abortRun"))
                .handler(operator)
                .handler(body)
                .handler(this::abort);
        router.get(BASE + "/:id/events").handler(viewer).handler(request -> events.serve(request, summary(request)));
        router.get(BASE + "/:id/report").handler(viewer).handler(this::report);
        router.get(BASE + "/:id/evidence/:file").handler(viewer).handler(this::evidence);
    }

    private void start(RoutingContext request) {
        var body = request.body().buffer();
        var text = body == null ? "" : body.toString(StandardCharsets.UTF_8);
        var key = key(request);
        var caller = Caller.name(request);
        Blocking.answer(
                vertx,
                request,
                () -> {
                    var order = order(text);
                    order.reason().ifPresent(reason -> Audit.tell(request, "reason", reason));
                    if (order.scenario().isString()) {
                        Audit.tell(request, "scenario", order.scenario().asString());
                    }
                    var scenario = scenario(order, text);
                    Audit.tell(request, "scenario", scenario.name());
                    var admission = runs.admit(new RunRequest(
                            scenario,
                            caller,
                            order.reason(),
                            key.map(value -> new Fact.Idempotency(value, digest(text)))));
                    return switch (admission) {
                        case Admission.Admitted(var run) -> new Started(202, run);
                        case Admission.Repeated(var run) -> new Started(200, run);
                        case Admission.KeyReused _ -> throw Problem.idempotencyKeyReused();
                        case Admission.Busy(var target, var by) ->
                            throw Problem.targetBusy(target, by.map(RunId::toString));
                        case Admission.Refused(var why) -> throw Problem.scenarioInvalid(why, List.of());
                        case Admission.NotStored(var why) -> throw Problem.notStored(why);
                    };
                },
                started -> {
                    Audit.tell(request, "run", started.run().toString());
                    request.response()
                            .putHeader("Location", BASE + "/" + started.run())
                            .putHeader("Retry-After", "5");
                    show(request, started.run(), started.status());
                });
    }

    private record Started(int status, RunId run) {}

    private static Optional<String> key(RoutingContext request) {
        var key = Optional.ofNullable(request.request().getHeader("Idempotency-Key"));
        if (key.filter(value -> value.isBlank() || value.length() > MAX_KEY).isPresent()) {
            throw Problem.badRequest("an Idempotency-Key has 1 to " + MAX_KEY + " characters");
        }
        return key;
    }

    private static RunOrder order(String text) {
        try {
            var order = Json.MAPPER.readValue(text, RunOrder.class);
            if (order == null
                    || !order.scenario().isString() && !order.scenario().isObject()) {
                throw Problem.badRequest("send {\"scenario\": …} with the name of a scenario or a whole one");
            }
            if (order.parameters().stream()
                    .anyMatch(given -> given.values().stream().anyMatch(Objects::isNull))) {
                throw Problem.badRequest("a parameter is null; leave it out to have the scenario's own value");
            }
            return order;
        } catch (JacksonException e) {
            throw Problem.badRequest("send {\"scenario\": name or scenario, \"parameters\": {}, \"reason\": \"…\"}: "
                    + e.getOriginalMessage());
        }
    }

    private Scenario scenario(RunOrder order, String body) throws IOException {
        var parameters = order.parameters().orElse(Map.of());
        var mode = order.mode().orElse(Mode.PROOF);
        try {
            if (order.scenario().isString()) {
                var name = order.scenario().asString();
                return scenarios
                        .read(name, parameters, mode)
                        .orElseThrow(() -> Problem.notFound(
                                "no scenario " + name + " is loaded; GET /api/v1/scenarios lists them"));
            }
            return ScenarioReader.read("scenario", RunOrder.scenarioInPlace(body), parameters, mode);
        } catch (InvalidFileException e) {
            var count = e.mistakes().size();
            throw Problem.scenarioInvalid(count == 1 ? "1 mistake" : count + " mistakes", e.mistakes());
        }
    }

    private void list(RoutingContext request) {
        var query = request.queryParams();
        var scenario = Optional.ofNullable(query.get("scenario"));
        var verdict = Optional.ofNullable(query.get("verdict")).map(RunRoutes::conclusion);
        var limit = limit(query.get("limit"));
        var newest = Optional.ofNullable(query.get("cursor")).map(this::place).orElse(Long.MAX_VALUE);
        var matching = runs.index().newestFirst().stream()
                .filter(run -> run.firstSeq() <= newest)
                .filter(run -> scenario.isEmpty() || run.scenario().equals(scenario.get()))
                .filter(run -> verdict.isEmpty() || run.verdict().equals(verdict))
                .toList();
        var next =
                matching.size() > limit ? Optional.of(matching.get(limit).id().toString()) : Optional.<String>empty();
        Answers.json(request, 200, new Page(matching.stream().limit(limit).toList(), next));
    }

    private void show(RoutingContext request) {
        var run = summary(request);
        Blocking.answer(
                request, waits.until(run.id(), request.queryParams().get("wait")), _ -> show(request, run.id(), 200));
    }

    private void show(RoutingContext request, RunId run, int status) {
        Blocking.answer(
                vertx,
                request,
                () -> {
                    var standing = runs.standing(run).orElseThrow(() -> Problem.notFound("there is no run " + run));
                    return RunDocument.of(
                            standing.state(),
                            standing.verdict(),
                            runs.index().find(run).flatMap(RunSummary::verdict));
                },
                document -> Answers.json(request, status, document));
    }

    private void abort(RoutingContext request) {
        Audit.tell(request, "run", parameter(request, "id"));
        var run = summary(request);
        Audit.tell(request, "scenario", run.scenario());
        var body = request.body().asString();
        var caller = Caller.name(request);
        Blocking.answer(
                vertx,
                request,
                () -> {
                    var why = body == null || body.isBlank() ? Optional.<String>empty() : reason(body);
                    why.ifPresent(reason -> Audit.tell(request, "reason", reason));
                    try {
                        return runs.abort(run.id(), caller, why.orElse("no reason was given"));
                    } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
                        throw Problem.notStored(String.valueOf(e.getMessage()));
                    }
                },
                going -> show(request, run.id(), going ? 202 : 200));
    }

    private record AbortOrder(Optional<String> reason) {}

    private static Optional<String> reason(String body) {
        try {
            var order = Json.MAPPER.readValue(body, AbortOrder.class);
            return order == null ? Optional.empty() : order.reason();
        } catch (JacksonException e) {
            throw Problem.badRequest("send {\"reason\": \"…\"} or nothing: " + e.getOriginalMessage());
        }
    }

    /** The page of the evidence once it is written; before that, as far as the run has come. */
    private void report(RoutingContext request) {
        var run = summary(request);
        Blocking.answer(
                vertx,
                request,
                () -> {
                    var page = runs.evidenceOf(run.id()).resolve(Evidence.PAGE);
                    if (run.verdict().isPresent() && Files.exists(page)) {
                        return Files.readString(page);
                    }
                    var standing =
                            runs.standing(run.id()).orElseThrow(() -> Problem.notFound("there is no run " + run.id()));
                    return Evidence.page(
                            standing.state(),
                            standing.verdict(),
                            runs.entries(run).stream().map(Entry::recorded).toList());
                },
                page -> {
                    request.response().putHeader("Content-Security-Policy", Evidence.PAGE_POLICY);
                    Answers.text(request, Evidence.FILES.getOrDefault(Evidence.PAGE, ""), page);
                });
    }

    private void evidence(RoutingContext request) {
        var run = summary(request);
        var file = parameter(request, "file");
        if (!Evidence.FILES.containsKey(file) && !BUNDLE.equals(file)) {
            throw Problem.notFound(
                    "there is no file " + file + "; there are " + Evidence.FILES.keySet() + " and " + BUNDLE);
        }
        Blocking.answer(
                vertx,
                request,
                () -> {
                    try {
                        return BUNDLE.equals(file)
                                ? bundle(run)
                                : Files.readAllBytes(runs.evidenceOf(run.id()).resolve(file));
                    } catch (NoSuchFileException _) {
                        throw Problem.notFound(
                                Files.exists(runs.evidenceOf(run.id()).resolve(Evidence.VERDICT))
                                        ? "an earlier version wrote the evidence of run " + run.id() + " without "
                                                + file + "; tocsin report renders it"
                                        : "the evidence of run " + run.id() + " is not written yet");
                    }
                },
                bytes -> {
                    var tag = "\"" + digest(bytes) + "\"";
                    var response = request.response()
                            .putHeader("Content-Type", Evidence.FILES.getOrDefault(file, "application/zip"))
                            .putHeader("ETag", tag);
                    if (file.equals(Evidence.PAGE)) {
                        response.putHeader("Content-Security-Policy", Evidence.PAGE_POLICY);
                    }
                    if (tag.equals(request.request().getHeader("If-None-Match"))) {
                        response.setStatusCode(304).end();
                    } else {
                        response.end(Buffer.buffer(bytes));
                    }
                });
    }

    /** All files that there are: an earlier version may have written fewer. The verdict is always written, and last. */
    private byte[] bundle(RunSummary run) throws IOException {
        // The same bytes at every request: the time of an entry is the run's, not that of the request.
        var time = LocalDateTime.ofInstant(run.endedAt().orElse(run.admittedAt()), ZoneOffset.UTC);
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : Evidence.FILES.keySet().stream().sorted().toList()) {
                if (!file.equals(Evidence.VERDICT)
                        && Files.notExists(runs.evidenceOf(run.id()).resolve(file))) {
                    continue;
                }
                var entry = new ZipEntry(run.id() + "/" + file);
                entry.setTimeLocal(time);
                zip.putNextEntry(entry);
                Files.copy(runs.evidenceOf(run.id()).resolve(file), zip);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private RunSummary summary(RoutingContext request) {
        var id = id(parameter(request, "id"));
        return runs.index().find(id).orElseThrow(() -> Problem.notFound("there is no run " + id));
    }

    private static String parameter(RoutingContext request, String name) {
        var value = request.pathParam(name);
        return value == null ? "" : value;
    }

    private static RunId id(String text) {
        try {
            return RunId.parse(text);
        } catch (IllegalArgumentException _) {
            throw Problem.badRequest("\"" + text + "\" is not the id of a run");
        }
    }

    private long place(String cursor) {
        return runs.index()
                .find(id(cursor))
                .orElseThrow(() -> Problem.badRequest("the cursor " + cursor + " is none that was given out"))
                .firstSeq();
    }

    private static Conclusion conclusion(String text) {
        try {
            return Conclusion.valueOf(text);
        } catch (IllegalArgumentException _) {
            throw Problem.badRequest("verdict: \"" + text + "\" is none of " + Arrays.toString(Conclusion.values()));
        }
    }

    private static int limit(@Nullable String text) {
        try {
            var limit = text == null ? MAX_PAGE : Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_PAGE) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // answered below
        }
        throw Problem.badRequest("limit: \"" + text + "\" is not a number from 1 to " + MAX_PAGE);
    }

    static String digest(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
