package dev.tocsin.domain.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.observe.AlertmanagerConfig;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutingTest {
    private static final Routing SHOP = AlertmanagerConfig.read("""
            route:
              receiver: night-shift
              routes:
                - receiver: tocsin
                  matchers: ['rehearsal=~".+"']
                  continue: true
                - receiver: database
                  matchers: [team=database]
                  routes:
                    - receiver: pager
                      matchers: [severity=critical]
                      continue: true
                    - receiver: database-chat
                      matchers: ['severity=~"critical|warning"']
                      mute_time_intervals: [weekend]
                - receiver: shop
                  matchers: [team=~"shop|till"]
                  active_time_intervals: [opening-hours]
                - receiver: nobody
                  matchers: [team="", severity=info]
            inhibit_rules:
              - source_matchers: [severity=critical]
                target_matchers: ['severity=~"warning|info"']
                equal: [cluster, alertname]
              - source_matchers: [alertname=PostgresDown]
                target_matchers: [team=database]
            receivers:
              - name: night-shift
              - name: tocsin
              - name: database
              - name: pager
              - name: database-chat
              - name: shop
              - name: nobody
            time_intervals:
              - name: weekend
                time_intervals: [{weekdays: [saturday, sunday]}]
              - name: opening-hours
                time_intervals: [{times: [{start_time: 09:00, end_time: 18:00}], weekdays: ['monday:friday']}]
            """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=b | night-shift",
                "team=database | database",
                "team=database, severity=critical | pager database-chat",
                "team=database, severity=warning | database-chat",
                "team=database, severity=critical, rehearsal=yes | tocsin pager database-chat",
                "rehearsal=yes | tocsin", // what continues has taken it all the same
                "team=till | shop",
                "team=tills | night-shift",
                "severity=info | nobody",
            })
    void handsAnAlertToTheDeepestRoutesThatMatch(String labels, String receivers) {
        assertThat(names(SHOP.routesOf(labels(labels)))).isEqualTo(receivers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                // labels that the rule sets | in any case | perhaps
                "rehearsal=yes | tocsin | pager database-chat database shop nobody",
                "rehearsal=yes, team=shop | tocsin shop | ''",
                "rehearsal=yes, team=database | tocsin | pager database-chat database",
                "rehearsal=yes, team=database, severity=critical | tocsin pager database-chat | ''",
                "team=database, severity=warning | database-chat | tocsin",
                "team=shop, severity=warning | shop | tocsin",
            })
    void saysWhatIsCertainWhenOtherLabelsMayCome(String labels, String certain, String possible) {
        var destinations = SHOP.routesFor(PartialLabels.atLeast(labels(labels)));

        assertThat(names(destinations.certain())).isEqualTo(certain);
        assertThat(names(destinations.possible())).isEqualTo(possible);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rehearsal=yes | tocsin | YES",
                "rehearsal=yes | pager | DEPENDS",
                "rehearsal=yes | night-shift | NO",
                "team=database | tocsin | DEPENDS",
                "team=shop | shop | YES",
                "team=shop | pager | NO",
            })
    void saysWhetherAnAlertGetsToAReceiver(String labels, String receiver, Ternary answer) {
        assertThat(SHOP.routesFor(PartialLabels.atLeast(labels(labels))).reach(receiver))
                .isEqualTo(answer);
    }

    @Test
    void everyWayLeadsThere() {
        var routing = AlertmanagerConfig.read("""
                route:
                  receiver: tocsin
                  routes:
                    - matchers: [severity=critical]
                      group_wait: 1s
                receivers: [{name: tocsin}]
                """);

        assertThat(routing.routesFor(PartialLabels.atLeast(labels("a=b"))).reach("tocsin"))
                .isEqualTo(Ternary.YES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "team=database, severity=warning | 2026-11-27T12:00:00Z | none",
                "team=database, severity=warning | 2026-11-28T12:00:00Z | in its mute time interval weekend",
                "team=shop | 2026-11-27T12:00:00Z | none",
                "team=shop | 2026-11-27T18:00:00Z | outside of its active time intervals opening-hours",
                "team=shop | 2026-11-28T12:00:00Z | outside of its active time intervals opening-hours",
                "team=database, severity=info | 2026-11-28T12:00:00Z | none",
            })
    void saysWhyARouteIsMuted(String labels, Instant moment, String why) {
        var route = SHOP.routesOf(labels(labels)).getFirst();

        assertThat(SHOP.mutedAt(route, moment).orElse(null)).isEqualTo(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alertname=Slow, severity=warning | alertname=Slow, severity=critical | true",
                "alertname=Slow, severity=warning, cluster=a | alertname=Slow, severity=critical, cluster=a | true",
                "alertname=Slow, severity=warning, cluster=a | alertname=Slow, severity=critical | false",
                "alertname=Slow, severity=warning, cluster=\"\" | alertname=Slow, severity=critical | true",
                "alertname=Slow, severity=warning | alertname=Slow, severity=warning | false",
                "alertname=Slow, severity=critical | alertname=Slow, severity=info | false",
                // both sides of the second rule
                "alertname=PostgresDown, team=database | alertname=PostgresDown, team=database | false",
                "alertname=PostgresDown, team=database, i=1 | alertname=PostgresDown, team=database, i=2 | false",
                "alertname=PostgresDown, team=database | alertname=PostgresDown, team=shop | true",
                "alertname=Slow, team=database | alertname=PostgresDown, team=database | true",
            })
    void saysWhetherAnAlertMutesAnother(String muted, String active, boolean inhibits) {
        assertThat(SHOP.inhibitor(labels(muted), List.of(labels("unrelated=yes"), labels(active))))
                .matches(found -> found.isPresent() == inhibits);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alertname=Slow, severity=warning | alertname=Slow, severity=critical | DEPENDS", // on the cluster
                "alertname=Slow, severity=warning, team=shop | alertname=Fast, severity=critical | NO",
                "alertname=Slow, severity=info, team=database | alertname=PostgresDown, team=a, severity=info | YES",
                "alertname=Slow, severity=critical | alertname=PostgresDown, severity=critical | DEPENDS", // on the
                // team
            })
    void saysWhatMayMuteAnAlertThatHasNotFired(String muted, String active, Ternary certainty) {
        var inhibitions =
                SHOP.inhibitors(PartialLabels.atLeast(labels(muted)), List.of(PartialLabels.atLeast(labels(active))));

        assertThat(inhibitions.stream().map(Inhibition::certainty).reduce(Ternary.NO, Ternary::or))
                .isEqualTo(certainty);
    }

    @Test
    void anAlertNeverMutesItselfWhateverItsOtherLabels() {
        var itself = PartialLabels.atLeast(labels("alertname=PostgresDown"));

        assertThat(SHOP.inhibitors(itself, List.of(itself))).isEmpty();
    }

    private static Labels labels(String text) {
        return Labels.of(Matcher.parseAll(text).stream()
                .filter(matcher -> !matcher.value().isEmpty())
                .collect(Collectors.toMap(Matcher::label, Matcher::value)));
    }

    private static String names(Collection<Route> routes) {
        return routes.stream().map(Route::receiver).collect(Collectors.joining(" "));
    }
}
