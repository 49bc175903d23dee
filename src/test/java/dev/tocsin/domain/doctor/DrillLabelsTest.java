package dev.tocsin.domain.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DrillLabelsTest {
    private static Route route(String receiver, String matchers, boolean goOn, Route... routes) {
        return new Route(
                receiver,
                Matcher.parseAll(matchers),
                List.of(),
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                goOn,
                List.of(),
                List.of(),
                List.of(routes));
    }

    private static Routing routing(Route... routes) {
        var webhook = new Receiver.Webhook("http://t/api/v1/webhooks/alertmanager", true, 0, false);
        return new Routing(
                route("on-call", "", false, routes),
                List.of(
                        new Receiver("tocsin", List.of(webhook)),
                        new Receiver("on-call", List.of()),
                        new Receiver("pager", List.of())),
                List.of(),
                List.of());
    }

    private static Labels chosen(Routing routing, Map<String, String> given) {
        return DrillLabels.choose(Optional.of(routing), given, "42");
    }

    @Test
    void itIsMarkedAsADrill() {
        assertThat(DrillLabels.choose(Optional.empty(), Map.of("a", "b"), "42").pairs())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "alertname",
                        "TocsinDrill",
                        "drill",
                        "true",
                        "severity",
                        "none",
                        "tocsin_drill",
                        "42",
                        "a",
                        "b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "job=\"postgresql\"",
                "team=~\"db|dba\"",
                "namespace=~\"db-.*\"",
                "team!=\"\", job=\"x\"",
                "severity=\"critical\"",
                "severity!~\"none|info\"",
                "job=~\"postgres\\\\.1\""
            })
    void whatTheRouteAsksForIsAdded(String matchers) {
        var routing = routing(route("pager", "job=\"other\"", false), route("tocsin", matchers, true));

        var labels = chosen(routing, Map.of());

        assertThat(DrillLabels.here(routing, labels)).as(labels.toString()).containsExactly("tocsin");
        assertThat(DrillLabels.others(routing, labels)).isEmpty();
    }

    @Test
    void theWayWithTheFewestOthersIsTaken() {
        var routing = routing(
                route("tocsin", "severity=\"critical\"", true),
                route("pager", "severity=\"critical\"", true),
                route("tocsin", "job=\"postgresql\"", true));

        assertThat(chosen(routing, Map.of()).get("job")).isEqualTo("postgresql");
    }

    @Test
    void whatIsGivenStays() {
        var routing = routing(route("tocsin", "team=\"db\"", true));

        var labels = chosen(routing, Map.of("team", "web"));

        assertThat(labels.get("team")).isEqualTo("web");
        assertThat(DrillLabels.here(routing, labels)).isEmpty();
    }
}
