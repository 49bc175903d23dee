package dev.tocsin.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.domain.routing.InhibitRule;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.json.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlertmanagerConfigTest {
    /** As the API shows it: secrets hidden, defaults filled in, keys of releases to come. */
    private static final String SHOWN = """
            global:
              resolve_timeout: 5m
              http_config:
                follow_redirects: true
              something_new: {a: [1, 2]}
            route:
              receiver: default
              group_by:
              - namespace
              - alertname
              continue: false
              routes:
              - receiver: tocsin
                group_by:
                - '...'
                matchers:
                - alertname=~"Postgres.*"
                - severity!="info"
                continue: true
                group_wait: 0s
                group_interval: 10s
                repeat_interval: 12h
              - match:
                  team: database
                match_re:
                  severity: critical|warning
                continue: false
                mute_time_intervals:
                - weekend
                routes:
                - matchers:
                  - '{namespace="db", "größe"!~"\\\\d+"}'
                  group_wait: 1m30s
                  continue: false
            inhibit_rules:
            - name: severe
              source_match:
                severity: critical
              target_match_re:
                severity: warning|info
              equal:
              - namespace
            - source_matchers:
              - alertname="InfoInhibitor"
              target_matchers:
              - severity="info"
            receivers:
            - name: default
              email_configs:
              - to: <secret>
            - name: tocsin
              webhook_configs:
              - send_resolved: true
                http_config:
                  authorization:
                    credentials: <secret>
                url: <secret>
                max_alerts: 0
              - send_resolved: false
                url: http://example.org/hook
                url_file: ""
                max_alerts: 10
                timeout: 0s
                payload: {text: '{{ .CommonLabels.alertname }}'}
            templates: []
            mute_time_intervals:
            - name: weekend
              time_intervals:
              - weekdays: ['saturday:saturday', 'sunday']
            time_intervals:
            - name: office
              time_intervals:
              - times:
                - start_time: "09:00"
                  end_time: "17:00"
                days_of_month: ["1:5", "-3:-1"]
                months: ["1:3", "december"]
                years: ['2020:2022', '2030']
                location: Europe/Berlin
            """;

    @Test
    void inheritsAllButMatchersAndTimes() {
        var root = AlertmanagerConfig.read(SHOWN).root();
        var tocsin = root.routes().getFirst();
        var database = root.routes().getLast();
        var deepest = database.routes().getFirst();

        assertThat(root.groupWait()).isEqualTo(Duration.ofSeconds(30));
        assertThat(root.groupInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(root.repeatInterval()).isEqualTo(Duration.ofHours(4));
        assertThat(tocsin.groupBy()).containsExactly(Route.GROUP_BY_ALL);
        assertThat(tocsin.groupWait()).isZero();
        assertThat(tocsin.groupInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(tocsin.repeatInterval()).isEqualTo(Duration.ofHours(12));
        assertThat(tocsin.goOn()).isTrue();
        assertThat(database.receiver()).isEqualTo("default");
        assertThat(database.muteTimes()).containsExactly("weekend");
        assertThat(deepest.receiver()).isEqualTo("default");
        assertThat(deepest.groupBy()).containsExactly("namespace", "alertname");
        assertThat(deepest.groupWait()).isEqualTo(Duration.ofSeconds(90));
        assertThat(deepest.groupInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(deepest.muteTimes()).isEmpty();
    }

    @Test
    void readsMatchersOldAndNew() {
        var routes = AlertmanagerConfig.read(SHOWN).root().routes();

        assertThat(routes.getFirst().matchers()).isEqualTo(matchers("alertname=~\"Postgres.*\", severity!=info"));
        assertThat(routes.getLast().matchers()).isEqualTo(matchers("team=database, severity=~\"critical|warning\""));
        assertThat(routes.getLast().routes().getFirst().matchers())
                .isEqualTo(matchers("namespace=db, größe!~\"\\\\d+\""));
        assertThat(AlertmanagerConfig.read(SHOWN).inhibitRules())
                .containsExactly(
                        new InhibitRule(
                                matchers("severity=critical"),
                                matchers("severity=~\"warning|info\""),
                                List.of("namespace")),
                        new InhibitRule(matchers("alertname=InfoInhibitor"), matchers("severity=info"), List.of()));
    }

    @Test
    void readsWebhooks() {
        assertThat(AlertmanagerConfig.read(SHOWN).receivers())
                .containsExactly(
                        new Receiver("default", List.of()),
                        new Receiver(
                                "tocsin",
                                List.of(
                                        new Receiver.Webhook("<secret>", true, 0, false),
                                        new Receiver.Webhook("http://example.org/hook", false, 10, true))));
    }

    @Test
    void aWebhookSendsResolvedUnlessToldOtherwise() {
        var routing = AlertmanagerConfig.read("""
                route: {receiver: a}
                receivers:
                  - name: a
                    webhook_configs: [url_file: /etc/hook]
                """);

        assertThat(routing.receivers().getFirst().webhooks())
                .containsExactly(new Receiver.Webhook("/etc/hook", true, 0, false));
    }

    @Test
    void aRouteWithAnEmptyListGroupsAsItsParent() {
        var routing = AlertmanagerConfig.read("""
                route: {receiver: a, group_by: [x], routes: [{group_by: []}]}
                receivers: [{name: a}]
                """);

        assertThat(routing.root().routes().getFirst().groupBy()).containsExactly("x");
    }

    /** A scalar is what the key makes of it. */
    @Test
    void takesScalarsAsTheyAreWritten() {
        var routing = AlertmanagerConfig.read("""
                route:
                  receiver: 007
                  group_by: [yes]
                  routes: [{match: {port: 0x10, enabled: on}, continue: yes}]
                receivers: [{name: 007}]
                inhibit_rules:
                """);
        var child = routing.root().routes().getFirst();

        assertThat(routing.root().receiver()).isEqualTo("007");
        assertThat(routing.root().groupBy()).containsExactly("yes");
        assertThat(child.matchers()).isEqualTo(matchers("port=0x10, enabled=on"));
        assertThat(child.goOn()).isTrue();
    }

    @Test
    void isKeptInTheJournal() throws Exception {
        var routing = AlertmanagerConfig.read(SHOWN);
        var json = Json.MAPPER.writeValueAsString(routing);

        assertThat(Json.MAPPER.readValue(json, routing.getClass())).isEqualTo(routing);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | the configuration is empty",
                "{ | the configuration is not YAML",
                "[] | expected keys with values here",
                "receivers: [{name: a}] | there is no route",
                "route: {} | route: the root route has no receiver",
                "route: {receiver: b} | route: there is no receiver \"b\"",
                "route: {receiver: a, matchers: [b=c]} | route: the root route must match everything",
                "route: {receiver: a, match: {b: c}} | route: the root route must match everything",
                "route: {receiver: a, continue: true} | route: the root route cannot have continue",
                "route: {receiver: a, continue: perhaps} | route.continue: \"perhaps\" is neither true nor false",
                "route: {receiver: a, group_wait: soon} | route.group_wait: \"soon\" is not a duration",
                "route: {receiver: a, group_interval: 0s} | route: group_interval and repeat_interval cannot be 0",
                "route: {receiver: a, group_by: [..., b]} | route: group_by has \"...\" and other labels",
                "route: {receiver: a, group_by: b} | route.group_by: expected a list here",
                "route: {receiver: [a]} | route.receiver: expected a text here",
                "route: {receiver: a, routes: [{}, {matchers: ['b=c', 'd=~\"(\"']}]} "
                        + "| route.routes[1].matchers[1]: bad regular expression",
                "route: {receiver: a, routes: [{matchers: ['b']}]} | route.routes[0].matchers[0]: bad matcher b",
                "route: {receiver: a, routes: [{match_re: {b: '('}}]} | route.routes[0].match_re.b: bad regular",
                "route: {receiver: a, routes: [{mute_time_intervals: [b]}]} "
                        + "| route.routes[0]: there is no time interval \"b\"",
                "route: {receiver: a, routes: [{routes: [{receiver: b}]}]} "
                        + "| route.routes[0].routes[0]: there is no receiver \"b\"",
            })
    void saysWhereAndWhatIsWrong(String config, String why) {
        var whole = config.isEmpty() || config.startsWith("receivers") || !config.startsWith("route")
                ? config
                : config + "\nreceivers: [{name: a}]";

        assertThatThrownBy(() -> AlertmanagerConfig.read(whole))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "times: [{start_time: 17:00}] | times[0]: start_time and end_time are both needed",
                "times: [{start_time: 17:00, end_time: 9:00}] | times[0].end_time: \"9:00\" is no time of the day",
                "times: [{start_time: 17:00, end_time: 24:01}] | times[0].end_time: \"24:01\" is no time of the day",
                "times: [{start_time: 17:00, end_time: 09:00}] | times[0]: start_time is not before end_time",
                "weekdays: [mon] | weekdays[0]: \"mon\" is no range",
                "weekdays: [1] | weekdays[0]: \"1\" is no range",
                "weekdays: ['friday:monday'] | weekdays[0]: the range from 5 to 1 ends before it begins",
                "days_of_month: [0] | days_of_month[0]: \"0\" is no range",
                "days_of_month: ['-1:5'] | days_of_month[0]: the range from -1 to 5 ends before it begins",
                "days_of_month: ['29:-1'] | days_of_month[0]: the range from 29 to -1 ends before it begins",
                "days_of_month: ['1:2:3'] | days_of_month[0]: \"1:2:3\" is no range",
                "months: [thermidor] | months[0]: \"thermidor\" is no range",
                "months: ['may:january'] | months[0]: the range from 5 to 1 ends before it begins",
                "years: [this] | years[0]: \"this\" is no range",
                "location: Mars/Olympus | location: \"Mars/Olympus\" is no time zone",
            })
    void saysWhatIsWrongWithATimeInterval(String entry, String why) {
        assertThatThrownBy(() -> AlertmanagerConfig.read("""
                        route: {receiver: a}
                        receivers: [{name: a}]
                        time_intervals: [{name: t, time_intervals: [{%s}]}]
                        """.formatted(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("time_intervals[0].time_intervals[0]." + why);
    }

    private static List<Matcher> matchers(String text) {
        return Matcher.parseAll(text);
    }
}
