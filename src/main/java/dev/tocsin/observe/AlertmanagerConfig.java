package dev.tocsin.observe;

import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.domain.routing.InhibitRule;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.routing.TimeInterval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads Alertmanager's configuration, as a file has it or as the API shows it.
 *
 * <p>Keys that mean nothing here are passed over, because every release adds some.
 */
public final class AlertmanagerConfig {
    /** What the root route has where it says nothing. */
    private static final Route DEFAULTS = new Route(
            "",
            List.of(),
            List.of(),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofHours(4),
            false,
            List.of(),
            List.of(),
            List.of());

    private final Set<String> receivers = new HashSet<>();
    private final Set<String> times = new HashSet<>();

    private AlertmanagerConfig() {}

    /**
     * Reads a whole configuration.
     *
     * @throws IllegalArgumentException naming the place and what is wrong there
     */
    public static Routing read(String yaml) {
        return new AlertmanagerConfig().routing(YamlText.parse(yaml));
    }

    private Routing routing(YamlText config) {
        var readReceivers =
                config.list("receivers").map(AlertmanagerConfig::receiver).toList();
        for (var receiver : readReceivers) {
            if (!receivers.add(receiver.name())) {
                throw new IllegalArgumentException("receivers: there are two of the name \"" + receiver.name() + "\"");
            }
        }
        // The older name still works beside the newer one.
        var intervals = new ArrayList<TimeInterval>();
        for (var key : List.of("mute_time_intervals", "time_intervals")) {
            config.list(key).map(TimeIntervals::named).forEach(intervals::add);
        }
        for (var interval : intervals) {
            if (!times.add(interval.name())) {
                throw new IllegalArgumentException(
                        "time_intervals: there are two of the name \"" + interval.name() + "\"");
            }
        }
        var inhibitRules = config.list("inhibit_rules")
                .map(rule -> new InhibitRule(
                        matchers(rule, "source_match", "source_match_re", "source_matchers"),
                        matchers(rule, "target_match", "target_match_re", "target_matchers"),
                        rule.texts("equal")))
                .toList();
        return new Routing(root(config), readReceivers, inhibitRules, intervals);
    }

    private Route root(YamlText config) {
        var written = config.at("route").orElseThrow(() -> config.wrong("there is no route"));
        var root = route(written, DEFAULTS);
        if (root.receiver().isEmpty()) {
            throw written.wrong("the root route has no receiver");
        }
        if (!root.matchers().isEmpty()) {
            throw written.wrong("the root route must match everything and has matchers");
        }
        if (root.goOn()) {
            throw written.wrong("the root route cannot have continue");
        }
        if (!root.muteTimes().isEmpty() || !root.activeTimes().isEmpty()) {
            throw written.wrong("the root route cannot have time intervals");
        }
        return root;
    }

    private Route route(YamlText written, Route parent) {
        var groupBy = written.texts("group_by");
        var own = new Route(
                written.text("receiver").orElse(parent.receiver()),
                matchers(written, "match", "match_re", "matchers"),
                groupBy.isEmpty() ? parent.groupBy() : groupBy,
                written.duration("group_wait").orElse(parent.groupWait()),
                written.duration("group_interval").orElse(parent.groupInterval()),
                written.duration("repeat_interval").orElse(parent.repeatInterval()),
                written.bool("continue", false),
                written.texts("mute_time_intervals"),
                written.texts("active_time_intervals"),
                List.of());
        check(written, own);
        return own.with(written.list("routes").map(child -> route(child, own)).toList());
    }

    private void check(YamlText written, Route route) {
        if (!route.receiver().isEmpty() && !receivers.contains(route.receiver())) {
            throw written.wrong("there is no receiver \"" + route.receiver() + "\"");
        }
        for (var names : List.of(route.muteTimes(), route.activeTimes())) {
            for (var name : names) {
                if (!times.contains(name)) {
                    throw written.wrong("there is no time interval \"" + name + "\"");
                }
            }
        }
        if (route.groupBy().contains(Route.GROUP_BY_ALL) && route.groupBy().size() > 1) {
            throw written.wrong("group_by has \"...\" and other labels");
        }
        if (route.groupInterval().isZero() || route.repeatInterval().isZero()) {
            throw written.wrong("group_interval and repeat_interval cannot be 0");
        }
    }

    /** All three ways to write matchers add up. */
    private static List<Matcher> matchers(YamlText written, String equal, String regex, String lines) {
        var all = new ArrayList<Matcher>();
        written.texts(lines, Matcher::parseAll).forEach(all::addAll);
        written.map(equal, (label, value) -> new Matcher(label, Matcher.Operator.EQUAL, value))
                .forEach(all::add);
        written.map(regex, (label, value) -> new Matcher(label, Matcher.Operator.MATCHES, value))
                .forEach(all::add);
        return all;
    }

    private static Receiver receiver(YamlText written) {
        return new Receiver(
                written.text("name").orElseThrow(() -> written.wrong("the receiver has no name")),
                written.list("webhook_configs")
                        .map(webhook -> new Receiver.Webhook(
                                webhook.text("url")
                                        .or(() -> webhook.text("url_file"))
                                        .orElse(""),
                                webhook.bool("send_resolved", true),
                                webhook.number("max_alerts", 0),
                                webhook.at("payload").isPresent()))
                        .toList());
    }
}
