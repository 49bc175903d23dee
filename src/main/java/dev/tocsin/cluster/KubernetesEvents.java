package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Events of core/v1, which kubectl describe shows, through fabric8. */
record KubernetesEvents(KubernetesClient client) implements Events {
    private static final String COMPONENT = "tocsin";

    /** More than 1,024 bytes the API server refuses; an ellipsis has three. */
    private static final int LONGEST = 1000;

    @Override
    public void create(Event event) {
        var about = event.about();
        var at = seconds(event.at());
        var text = event.message();
        var resource = new EventBuilder()
                .withNewMetadata()
                .withNamespace(about.namespace())
                .withName("tocsin-" + UUID.randomUUID())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(about.namespace())
                .withName(about.name())
                .withUid(about.uid())
                .endInvolvedObject()
                .withType(
                        switch (event.kind()) {
                            case NORMAL -> "Normal";
                            case WARNING -> "Warning";
                        })
                .withReason(event.reason())
                .withMessage(text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…")
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withFirstTimestamp(at)
                .withLastTimestamp(at)
                .withCount(1)
                .build();
        var _ = Access.asking(
                "create events in " + about.namespace(),
                () -> client.resource(resource).create());
    }

    /** Kubernetes' Time has no fractions. */
    private static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
