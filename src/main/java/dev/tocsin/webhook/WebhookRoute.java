package dev.tocsin.webhook;

import dev.tocsin.domain.alert.Notification;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.http.Answers;
import dev.tocsin.http.Audit;
import dev.tocsin.http.Problem;
import dev.tocsin.journal.Journal;
import dev.tocsin.json.AlertmanagerMessage;
import dev.tocsin.telemetry.Telemetry;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.PlatformHandler;
import io.vertx.ext.web.handler.SecurityPolicyHandler;

/**
 * The receiver of Alertmanager's notifications: 204 once the notification is on disk.
 *
 * <p>Alertmanager retries only 5xx. So what could not be stored is 503, and 400 is kept for what no retry would mend.
 */
public final class WebhookRoute {
    /** Where Alertmanager posts. */
    public static final String PATH = "/api/v1/webhooks/alertmanager";

    /** A larger body is refused with 413; Alertmanager's largest real ones are a few hundred kilobytes. */
    public static final long MAX_BODY_BYTES = 5L * 1024 * 1024;

    private final Journal journal;
    private final Telemetry telemetry;
    private final Refusals refusals;

    public WebhookRoute(Journal journal, Telemetry telemetry) {
        this.journal = journal;
        this.telemetry = telemetry;
        refusals = new Refusals(journal);
    }

    /** Puts the route on a router, behind the given door. */
    public void mount(Router router, SecurityPolicyHandler door) {
        router.post(PATH)
                .handler((PlatformHandler) WebhookRoute::asItIs)
                .handler(door)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES).setPreallocateBodyBuffer(true))
                .handler(this::receive)
                .failureHandler(this::refused);
    }

    /** A body is a notification whatever it is called; curl for one calls everything a form, and a form is decoded. */
    private static void asItIs(RoutingContext request) {
        request.request().headers().remove("Content-Type");
        request.next();
    }

    private void receive(RoutingContext request) {
        Notification notification;
        try {
            var body = request.body().buffer();
            notification = AlertmanagerMessage.read(body == null ? new byte[0] : body.getBytes());
        } catch (AlertmanagerMessage.UnreadableException e) {
            request.fail(Problem.unreadable(e.why()));
            return;
        }
        journal.append(new Fact.NotificationReceived(notification))
                .onSuccess(_ -> {
                    telemetry.webhook(Telemetry.Delivery.ACCEPTED);
                    request.response().setStatusCode(204).end();
                })
                .onFailure(failure -> request.fail(Problem.notStored(String.valueOf(failure.getMessage()))));
    }

    private void refused(RoutingContext request) {
        refusals.heard(request);
        if (request.failure() instanceof Problem.Refusal refusal
                && refusal.problem().status() == 401) {
            Audit.refused(request, "receiveNotification", 401);
        }
        telemetry.webhook(
                request.failure() instanceof Problem.Refusal refusal
                        ? switch (refusal.problem().status()) {
                            case 503 -> Telemetry.Delivery.UNSTORED;
                            case 401 -> Telemetry.Delivery.REJECTED;
                            default -> Telemetry.Delivery.INVALID;
                        }
                        : Telemetry.Delivery.INVALID);
        Answers.failure(request);
    }
}
