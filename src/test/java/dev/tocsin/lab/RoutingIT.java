package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Seeds;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.routing.PartialLabels;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.observe.AlertmanagerConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts get where the real amtool says they get. */
final class RoutingIT {
    private static final int FORESTS = 25;
    private static final int TREES = 8;
    private static final int ALERTS = 14;
    private static final List<String> NAMES = List.of("alertname", "severity", "team", "cluster", "instance");
    private static final List<String> VALUES =
            List.of("", "a", "b", "ab", "critical", "x,y", "a b", "größe", "q\"uote", "back\\slash", "two\nlines");
    private static final List<String> PATTERNS = List.of(
            "a",
            "a|b",
            "a.*",
            ".*",
            ".+",
            "",
            "(?i)CRIT.*",
            "[a-c]+",
            "\\w+",
            "\\pL+",
            "a\\b.*",
            "(?s).+",
            ".+\\n.+",
            "^a$");

    static List<Long> seeds() {
        return Seeds.of(20261124);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void handsAlertsWhereAlertmanagerDoes(long seed) throws Exception {
        var random = new Random(seed);
        var routes = new HashSet<List<String>>();
        try (var amtool = Amtool.open()) {
            for (var forest = 0; forest < FORESTS; forest++) {
                var config = forest(random);
                var routing = AlertmanagerConfig.read(config);
                for (var alert = 0; alert < ALERTS; alert++) {
                    var labels = labels(random);
                    var ours = receivers(routing.routesOf(labels));

                    assertThat(ours).as("%s in %s", labels, config).isEqualTo(amtool.route(config, labels));

                    var partial = routing.routesFor(without(random, labels));
                    assertThat(ours).as("%s in %s", labels, config).containsAll(receivers(partial.certain()));
                    assertThat(union(partial.certain(), partial.possible())).containsAll(ours);
                    routes.add(ours);
                }
            }
        }
        assertThat(routes).as("different ways through the trees").hasSizeGreaterThan(FORESTS * ALERTS / 3);
    }

    /** What is left unknown may be anything, also what it really is. */
    private static PartialLabels without(Random random, Labels labels) {
        var unknown = new HashSet<String>();
        var certain = new TreeMap<>(labels.pairs());
        for (var name : NAMES) {
            if (random.nextInt(3) == 0) {
                unknown.add(name);
                certain.remove(name);
            }
        }
        return new PartialLabels(new Labels(certain), unknown::contains);
    }

    private static List<String> union(List<Route> some, List<Route> others) {
        var all = new ArrayList<>(receivers(some));
        all.addAll(receivers(others));
        return all;
    }

    private static List<String> receivers(List<Route> routes) {
        return routes.stream().map(Route::receiver).toList();
    }

    private static Labels labels(Random random) {
        var labels = new TreeMap<String, String>();
        for (var name : NAMES) {
            var value = any(random, VALUES);
            if (!value.isEmpty()) {
                labels.put(name, value);
            }
        }
        return new Labels(labels);
    }

    /** Several trees in one, so that one start of amtool tells about all of them. */
    private static String forest(Random random) {
        var receivers = new ArrayList<>(List.of("root"));
        var trees = new ArrayList<Map<String, Object>>();
        for (var tree = 0; tree < TREES; tree++) {
            var route = route(random, 4, receivers);
            route.put("continue", true);
            trees.add(route);
        }
        return Amtool.config(receivers, Map.of("receiver", "root", "routes", trees));
    }

    private static Map<String, Object> route(Random random, int depth, List<String> receivers) {
        var route = new LinkedHashMap<String, Object>();
        if (random.nextInt(4) > 0) {
            receivers.add("r" + receivers.size());
            route.put("receiver", receivers.getLast());
        }
        if (random.nextInt(3) == 0) {
            route.put("continue", true);
        }
        if (random.nextInt(3) == 0) {
            route.put("match", Map.of(any(random, NAMES), any(random, VALUES)));
        }
        if (random.nextInt(4) == 0) {
            route.put("match_re", Map.of(any(random, NAMES), any(random, PATTERNS)));
        }
        if (random.nextInt(2) == 0) {
            route.put("matchers", matchers(random));
        }
        if (depth > 0) {
            var children = new ArrayList<Map<String, Object>>();
            for (var child = random.nextInt(4); child > 0; child--) {
                children.add(route(random, depth - 1, receivers));
            }
            route.put("routes", children);
        }
        return route;
    }

    private static List<String> matchers(Random random) {
        var lines = new ArrayList<String>();
        for (var line = random.nextInt(2); line >= 0; line--) {
            var text = matcher(random);
            if (random.nextInt(3) == 0) {
                text += " , " + matcher(random);
            }
            lines.add(random.nextInt(3) == 0 ? "{" + text + "}" : text);
        }
        return lines;
    }

    private static String matcher(Random random) {
        return any(random, NAMES)
                + switch (random.nextInt(4)) {
                    case 0 -> "=" + Amtool.quoted(any(random, VALUES));
                    case 1 -> " != " + Amtool.quoted(any(random, VALUES));
                    case 2 -> "=~" + Amtool.quoted(any(random, PATTERNS));
                    default -> "!~ " + Amtool.quoted(any(random, PATTERNS));
                };
    }

    private static String any(Random random, List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
