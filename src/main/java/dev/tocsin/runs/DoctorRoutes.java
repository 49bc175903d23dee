package dev.tocsin.runs;

import dev.tocsin.doctor.Doctor;
import dev.tocsin.doctor.DrillReport;
import dev.tocsin.doctor.Drills;
import dev.tocsin.domain.alert.Drill;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.doctor.Diagnosis;
import dev.tocsin.domain.doctor.Finding;
import dev.tocsin.http.Answers;
import dev.tocsin.http.ApiDoor;
import dev.tocsin.http.Audit;
import dev.tocsin.http.Blocking;
import dev.tocsin.http.Caller;
import dev.tocsin.http.Problem;
import dev.tocsin.http.Role;
import dev.tocsin.json.Json;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.core.JacksonException;

/** The wires, and a drill on them. */
public final class DoctorRoutes {
    private static final String BASE = "/api/v1/doctor";
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final Duration LONGEST = Duration.ofMinutes(30);

    /** A finding as the API shows it. */
    record FindingDocument(
            String name,
            String link,
            String result,
            String observed,
            Optional<String> mend,
            List<String> evidence,
            Optional<Double> seconds) {
        static FindingDocument of(Finding finding) {
            return new FindingDocument(
                    finding.name(),
                    finding.link().toString(),
                    lower(finding.result()),
                    finding.observed(),
                    finding.mend(),
                    finding.evidence(),
                    finding.took().map(took -> took.toMillis() / 1000.0));
        }
    }

    /** All wires. */
    record DiagnosisDocument(
            String result, Instant checkedAt, Optional<String> brokeAt, List<FindingDocument> findings) {
        static DiagnosisDocument of(Diagnosis diagnosis) {
            return new DiagnosisDocument(
                    lower(diagnosis.result()), diagnosis.checkedAt(), linkOf(diagnosis), documents(diagnosis));
        }
    }

    /** A drill. */
    record DrillDocument(
            String id,
            String result,
            Instant checkedAt,
            Optional<String> brokeAt,
            boolean posted,
            Labels labels,
            List<FindingDocument> findings) {
        static DrillDocument of(DrillReport report) {
            return new DrillDocument(
                    report.id(),
                    lower(report.diagnosis().result()),
                    report.diagnosis().checkedAt(),
                    linkOf(report.diagnosis()),
                    report.posted(),
                    report.labels(),
                    documents(report.diagnosis()));
        }
    }

    /** What may be asked of a drill. */
    record DrillOrder(Optional<Map<String, String>> labels, Optional<Duration> within) {}

    private final Vertx vertx;
    private final Doctor doctor;
    private final Drills drills;
    private final ApiDoor door;

    public DoctorRoutes(Vertx vertx, Doctor doctor, Drills drills, ApiDoor door) {
        this.vertx = vertx;
        this.doctor = doctor;
        this.drills = drills;
        this.door = door;
    }

    /** Puts the routes on a router. */
    public void mount(Router router) {
        router.get(BASE).handler(door.require(Role.VIEWER)).handler(this::examine);
        router.post(BASE + "/drill")
                .handler(Audit.of("ringDrill"))
                .handler(door.require(Role.OPERATOR))
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .handler(this::drill);
    }

    private void examine(RoutingContext request) {
        Blocking.answer(
                vertx,
                request,
                doctor::examine,
                diagnosis -> Answers.json(request, 200, DiagnosisDocument.of(diagnosis)));
    }

    private void drill(RoutingContext request) {
        var body = request.body().buffer();
        var order = order(body == null ? "" : body.toString(StandardCharsets.UTF_8));
        var caller = Caller.name(request);
        // Whoever hangs up wants it to be over.
        var gone = new AtomicBoolean();
        request.response().closeHandler(_ -> gone.set(true));
        Blocking.answer(
                vertx,
                request,
                () -> drills.ring(new Drills.Order(order.labels().orElse(Map.of()), order.within(), caller), gone::get)
                        .orElseThrow(Problem::drillBusy),
                report -> {
                    if (!gone.get()) {
                        Answers.json(request, 200, DrillDocument.of(report));
                    }
                });
    }

    private static DrillOrder order(String text) {
        if (text.isBlank()) {
            return new DrillOrder(Optional.empty(), Optional.empty());
        }
        DrillOrder order;
        try {
            order = Json.MAPPER.readValue(text, DrillOrder.class);
        } catch (JacksonException e) {
            throw Problem.badRequest(e.getOriginalMessage());
        }
        if (order == null) {
            throw Problem.badRequest("send {} for a drill with nothing special");
        }
        var labels = order.labels().orElse(Map.of());
        if (labels.keySet().stream().anyMatch(String::isBlank)
                || labels.values().stream().anyMatch(Objects::isNull)) {
            throw Problem.badRequest("a label has a name and a value");
        }
        if (labels.containsKey(Drill.LABEL)) {
            throw Problem.badRequest(Drill.LABEL + " is the drill's own label");
        }
        if (order.within().filter(within -> within.compareTo(LONGEST) > 0).isPresent()) {
            throw Problem.badRequest("within is 30m at most");
        }
        return order;
    }

    private static Optional<String> linkOf(Diagnosis diagnosis) {
        return diagnosis.broken().map(finding -> finding.link().toString());
    }

    private static List<FindingDocument> documents(Diagnosis diagnosis) {
        return diagnosis.findings().stream().map(FindingDocument::of).toList();
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
