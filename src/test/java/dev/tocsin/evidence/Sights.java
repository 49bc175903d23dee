package dev.tocsin.evidence;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.chain.OpenGroup;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.chain.Span;
import dev.tocsin.domain.chain.Trace;
import dev.tocsin.domain.routing.Silence;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.observe.AlertmanagerConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a case says was seen of the chain, after the word {@code sees}. What it leaves out is as in a chain where nothing
 * is wrong.
 *
 * <pre>
 * prometheus up since -600            prometheus up since -600 ahead 400          prometheus away
 * rule Busy inactive                  rule Busy firing {a="b"} since 7 for=10s true lost keep=1m
 * no rule Busy                        targets Busy up | down | gone
 * notifier errors=0 dropped=3         counters failed=0 limited=2
 * held Busy{a="b"} since 7 silenced=s1 | inhibited=Down | muted=weekend, to=tocsin | held nothing
 * silence s1 alertname="Busy" from -10 until 900
 * routing peers=2                     groups {alertname="Busy"}
 * history Busy firing 7 9; firing {a="b"} 20 30; nothing
 * needs storm met                     needs storm unmet what is missing | what to do about it
 * stressed before -40 -10   by another run, from and until
 * signal load {a="b"} from -5: 1 1 2 _ NaN   a value each second, {@code _} none; signal load age=9s window=5s problem=why from 3: 1
 * </pre>
 */
final class Sights {
    private static final String ALERTMANAGER = "Alertmanager http://alertmanager:9093";
    private static final Pattern OPTION = Pattern.compile("(?:^|\\s)(\\w+)=([^\\s{}\"]+)");
    private static final Pattern BRACED = Pattern.compile("\\{[^}]*}");
    private static final String ROUTING = """
            route: { receiver: tocsin, group_by: ["..."], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
            receivers:
              - name: tocsin
                webhook_configs: [{ url: "http://tocsin/api/v1/webhooks/alertmanager", send_resolved: true }]
            """;

    /** What {@code a whole chain} stands for: everything that the alert Busy needs to come here. */
    static final List<String> WHOLE = List.of(
            "prometheus up since -600",
            "rule Busy inactive",
            "targets Busy up",
            "notifier",
            "alertmanager up since -600",
            "routing",
            "held nothing",
            "counters");

    private final Function<String, Instant> at;
    private final String routing;

    /** With a configuration of Alertmanager in the place of the usual one, unless that is empty. */
    Sights(Function<String, Instant> at, String routing) {
        this.at = at;
        this.routing = routing.isEmpty() ? ROUTING : routing;
    }

    Sight of(String text) {
        var words = text.split("\\s+", 2);
        var rest = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "prometheus" -> source("Prometheus http://prometheus:9090", rest);
            case "alertmanager" -> source(ALERTMANAGER, rest);
            case "no" -> new Sight.RulesSeen(rest.split("\\s+")[1], List.of());
            case "rule" -> rule(rest);
            case "targets" -> targets(rest);
            case "notifier" ->
                new Sight.NotifierSeen(
                        List.of("http://alertmanager:9093/api/v2/alerts"),
                        10,
                        number(rest, "errors"),
                        number(rest, "dropped"),
                        Duration.ofMinutes(1));
            case "counters" -> new Sight.CountersSeen(ALERTMANAGER, number(rest, "failed"), number(rest, "limited"));
            case "held" -> new Sight.AlertsHeld(ALERTMANAGER, rest.equals("nothing") ? List.of() : List.of(held(rest)));
            case "silence" -> silence(rest);
            case "routing" ->
                new Sight.RoutingSeen(
                        ALERTMANAGER, Optional.of(AlertmanagerConfig.read(routing)), Optional.empty(), (int)
                                Math.max(1, number(rest, "peers")));
            case "groups" -> new Sight.GroupsSeen(ALERTMANAGER, List.of(new OpenGroup("tocsin", labels("", rest))));
            case "history" -> history(rest);
            case "signal" -> signal(rest);
            case "stressed" -> stressedBefore(rest.split("\\s+"));
            case "needs" -> needs(rest.split("\\s+", 3));
            default -> throw new IllegalArgumentException("what is seen by \"" + text + "\"?");
        };
    }

    private Sight source(String name, String text) {
        var words = text.split("\\s+");
        return words[0].equals("away")
                ? new Sight.SourceSeen(name, false, "connection refused", Optional.empty(), Optional.empty())
                : new Sight.SourceSeen(
                        name,
                        true,
                        "1.0",
                        Optional.of(after(words, "since").orElseThrow()),
                        Optional.of(
                                Arrays.asList(words).contains("ahead")
                                        ? Math.round(Double.parseDouble(words[words.length - 1]) * 1000)
                                        : 0L));
    }

    private Optional<Instant> after(String[] words, String word) {
        var place = Arrays.asList(words).indexOf(word);
        return place < 0 ? Optional.empty() : Optional.of(at.apply(words[place + 1]));
    }

    /** Its alerts are instance by instance, state first; {@code true} is what its expression is, {@code lost} its series. */
    private Sight rule(String text) {
        var title = text.split("\\s+", 2)[0];
        var states = text.substring(title.length()).strip();
        var words = states.replaceAll(BRACED.pattern(), "").split("\\s+");
        var alerts = words[0].equals("inactive")
                ? List.<Rule.ActiveInstance>of()
                : List.of(new Rule.ActiveInstance(
                        labels(title, states), words[0], after(words, "since").orElseThrow()));
        var lost = Arrays.asList(words).contains("lost");
        var ok = !Arrays.asList(words).contains("erring");
        var rule = new Rule(
                "a-group",
                title,
                "pg_busy > 0",
                duration(states, "for"),
                duration(states, "keep"),
                Duration.ofSeconds(1),
                Labels.of(Map.of()),
                List.of("summary"),
                ok ? "ok" : "err",
                ok ? "" : "many-to-many matching not allowed",
                at.apply("-1"),
                Arrays.asList(words).contains("true"),
                List.of(new Rule.SelectorSeen("pg_busy", true, lost ? 0 : 1, !lost)),
                Duration.ZERO,
                alerts);
        return new Sight.RulesSeen(title, List.of(rule));
    }

    private Sight targets(String text) {
        var words = text.split("\\s+");
        var target = new ScrapeTarget(
                "postgresql",
                Labels.of(Map.of("job", "postgresql", "instance", "db:9187")),
                words[1],
                words[1].equals("up") ? "" : "connection refused",
                at.apply("-1"),
                Duration.ofMillis(20),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        return new Sight.TargetsSeen(words[0], words[1].equals("gone") ? List.of() : List.of(target), List.of());
    }

    private HeldAlert held(String text) {
        var title = text.split("[\\s{]", 2)[0];
        var words = text.replaceAll(BRACED.pattern(), "").split("\\s+");
        var muted = Stream.of("silenced", "inhibited", "muted")
                .anyMatch(by -> option(text, by).isPresent());
        var since = after(words, "since").orElseThrow();
        return new HeldAlert(
                labels(title, text.substring(title.length())),
                since,
                since,
                muted ? "suppressed" : "active",
                option(text, "silenced").stream().toList(),
                option(text, "inhibited").stream().toList(),
                option(text, "muted").stream().toList(),
                List.of(option(text, "to").orElse("tocsin")));
    }

    private Sight silence(String text) {
        var words = text.split("\\s+");
        return new Sight.SilencesSeen(
                ALERTMANAGER,
                List.of(new Silence(
                        words[0],
                        Matchers.parse(words[1]).all(),
                        "ada",
                        "maintenance",
                        after(words, "from").orElseThrow(),
                        after(words, "until").orElseThrow())));
    }

    private static Sight needs(String[] words) {
        if (words[1].equals("met")) {
            return new Sight.NeedsSeen(words[0], List.of());
        }
        var parts = words[2].split(" \\| ", 2);
        return new Sight.NeedsSeen(words[0], List.of(new Sight.Unmet(parts[0], parts[1])));
    }

    private Sight signal(String text) {
        var parts = text.split(":\\s*(?=[^:]*$)", 2);
        var values = parts[1].split("\\s+");
        var from = after(parts[0].split("\\s+"), "from").orElseThrow();
        var points = new ArrayList<Trace.Point>();
        for (var i = 0; i < values.length; i++) {
            if (!values[i].equals("_")) {
                points.add(new Trace.Point(from.plusSeconds(i), Double.parseDouble(values[i])));
            }
        }
        return new Sight.SignalSeen(
                text.split("\\s+", 2)[0],
                points.isEmpty() ? List.of() : List.of(new Trace(labels("", text), points)),
                from.plusSeconds(values.length - 1L),
                Duration.ofSeconds(1),
                option(parts[0], "window").map(Durations::parse).orElse(Duration.ZERO),
                option(parts[0], "problem").map(why -> why.replace('_', ' ')),
                option(parts[0], "age").map(Durations::parse));
    }

    private Sight stressedBefore(String[] words) {
        return new Sight.StressedBefore(
                List.of(new Sight.StressedBefore.Time("an-earlier-run", at.apply(words[1]), at.apply(words[2]))));
    }

    private Sight history(String text) {
        var words = text.split("\\s+", 2);
        return new Sight.HistorySeen(
                words[0],
                words[1].equals("nothing")
                        ? List.of()
                        : Stream.of(words[1].split(";"))
                                .map(span -> span(words[0], span.strip()))
                                .toList());
    }

    private Span span(String title, String text) {
        var words = text.replaceAll(BRACED.pattern(), "").split("\\s+");
        return new Span(labels(title, text), words[0], at.apply(words[1]), at.apply(words[2]));
    }

    private static Labels labels(String title, String text) {
        var labels = new TreeMap<String, String>();
        if (!title.isEmpty()) {
            labels.put(Labels.ALERTNAME, title);
        }
        var braced = BRACED.matcher(text);
        if (braced.find()) {
            Matchers.parse(braced.group()).all().forEach(matcher -> labels.put(matcher.label(), matcher.value()));
        }
        return Labels.of(labels);
    }

    private static Optional<String> option(String text, String name) {
        return OPTION.matcher(text.replaceAll(BRACED.pattern(), ""))
                .results()
                .filter(found -> found.group(1).equals(name))
                .map(found -> found.group(2))
                .findFirst();
    }

    private static long number(String text, String name) {
        return option(text, name).map(Long::parseLong).orElse(0L);
    }

    private static Duration duration(String text, String name) {
        return option(text, name).map(Durations::parse).orElse(Duration.ZERO);
    }
}
