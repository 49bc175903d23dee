package dev.tocsin.draft;

import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.MonitoringStimulus;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.TableStimulus;
import dev.tocsin.draft.eval.EvaluationException;
import dev.tocsin.draft.eval.Evaluator;
import dev.tocsin.draft.model.Server;
import dev.tocsin.draft.model.World;
import dev.tocsin.promql.Expr;
import dev.tocsin.rules.RuleFinding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks for the stimulus that makes one rule fire, and how strong it must be, by playing each through on the model. */
final class Drafter {
    /** One that fires as late as this is as good as one that fires at once; later, the soonest is taken. */
    private static final double SOON = 300;

    /** How many steps further than the bound are tried, only to say how far it would be. */
    private static final int MOST_BEYOND = 4;

    private static final double LONG = 1200;
    private static final Duration GRACE = Duration.ofSeconds(90);

    /** Alertmanager tells of a resolved alert at its next group_interval, which is 5m unless it is set. */
    private static final Duration GROUPED = Duration.ofMinutes(6);

    private final RuleFile.AlertRule rule;
    private final Expr expr;
    private final World world;
    private final Wanted wanted;
    private final Exporters exporters;
    private final Stage stage;
    private final Optional<LiveSurroundings> live;
    private final List<RuleFinding> findings;
    private final List<Map<Expr, Evaluator.Joins>> seen = new ArrayList<>();
    private Optional<String> error = Optional.empty();

    /** One that was found. */
    record Found(Lever lever, int level, Server.Stress stress, Stage.Fired fired, Stimulus chosen) {}

    Drafter(
            RuleFile.AlertRule rule,
            Expr expr,
            World world,
            Wanted wanted,
            Exporters exporters,
            Optional<LiveSurroundings> live,
            List<RuleFinding> findings) {
        this.rule = rule;
        this.expr = expr;
        this.world = world;
        this.wanted = wanted;
        this.exporters = exporters;
        this.live = live;
        this.findings = new ArrayList<>(findings);
        stage = new Stage(
                expr,
                rule.hold().toMillis() / 1000.0,
                wanted,
                exporters,
                live.<Surroundings>map(each -> each).orElse(new Assumed(wanted, exporters)));
    }

    /** @param name what the scenario is called, if there is one */
    Drafted draft(String name) {
        findings.addAll(Suspicions.labels(wanted, exporters));
        if (hopeless()) {
            return Drafted.not(rule, never(), findings);
        }
        var levers = Lever.on(world, settings());
        var found = lull().or(() -> search(world, levers));
        if (found.isPresent()) {
            return drafted(name, found.get());
        }
        if (live.isPresent() && isThere("pg_up")) {
            findings.addAll(Suspicions.unscraped(expr, stage.touched(world, List.of()), this::isThere));
        }
        findings.addAll(Suspicions.joins(expr, seen));
        findings.addAll(Suspicions.values(wanted, stage.series(world).keySet()));
        return Drafted.not(rule, hopeless() ? never() : reason(levers), findings);
    }

    private boolean hopeless() {
        return findings.stream()
                .anyMatch(finding -> finding.certain() && finding.kind().silences());
    }

    private String never() {
        return "can never fire as written: "
                + findings.stream()
                        .filter(finding -> finding.certain() && finding.kind().silences())
                        .map(RuleFinding::what)
                        .findFirst()
                        .orElseThrow();
    }

    /** The settings that the rule looks at. */
    private Set<String> settings() {
        var names = new HashSet<String>();
        world.settings().all().forEach((name, setting) -> {
            if (wanted.reads("pg_settings_" + name + setting.suffix())) {
                names.add(name);
            }
        });
        return names;
    }

    private Optional<Found> search(World in, List<Lever> levers) {
        var found = new ArrayList<Found>();
        for (var lever : levers) {
            var stress = Server.Stress.of(lever.strongest());
            if (lever.strongest().needsStandby() && !in.standby() || !stage.concerns(in, stress)) {
                continue;
            }
            var outcome = stage.play(in, stress);
            seen.add(outcome.joins());
            error = error.or(outcome::error);
            if (outcome.fired().isPresent()) {
                found.add(new Found(
                        lever,
                        lever.levels().size() - 1,
                        stress,
                        outcome.fired().get(),
                        lever.strongest()));
                if (soon(outcome.fired().get())) {
                    break;
                }
            }
        }
        return found.stream()
                .filter(each -> soon(each.fired()))
                .findFirst()
                .or(() -> found.stream()
                        .min(Comparator.comparingDouble(each -> each.fired().at())))
                .map(each -> weakest(in, each));
    }

    private boolean soon(Stage.Fired fired) {
        return fired.at() <= SOON + rule.hold().toSeconds() + stage.window();
    }

    /** The weakest that fires as soon as the strongest, more or less, and then some more to be sure. */
    private Found weakest(World in, Found strongest) {
        var levels = strongest.lever().levels();
        var low = 0;
        var high = levels.size() - 1;
        var patience = Math.max(1.5 * strongest.fired().at(), strongest.fired().at() + 15);
        while (low < high) {
            var middle = (low + high) / 2;
            var fired = fired(in, levels.get(middle)).filter(each -> each.at() <= patience);
            if (fired.isPresent()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        for (var level = margin(levels, high); level >= high; level--) {
            var fired = fired(in, levels.get(level));
            if (fired.isPresent()) {
                var chosen = portable(in, levels.get(level), levels.get(high));
                return new Found(strongest.lever(), high, Server.Stress.of(chosen), fired.get(), chosen);
            }
        }
        return strongest;
    }

    private Optional<Stage.Fired> fired(World in, Stimulus stimulus) {
        return stage.play(in, Server.Stress.of(stimulus)).fired();
    }

    /** How much stronger than the weakest: what is measured in numbers has neighbours that come and go. */
    private static int margin(List<Stimulus> levels, int least) {
        var more = switch (levels.get(least)) {
            case SessionStimulus.ConnectionFlood _ -> Math.max(2, levels.size() / 20);
            case SessionStimulus.SleepLoad _, SessionStimulus.IdleInTransaction _ -> least == 0 ? 0 : 1;
            case SessionStimulus.LockWaits _ -> least == 0 ? 1 : 2;
            case SessionStimulus.LockHoard _ -> 1;
            case TableStimulus.Bloat _ -> 0;
            default -> levels.size() > 8 ? 2 : least > 0 ? 1 : 0;
        };
        return Math.min(levels.size() - 1, least + more);
    }

    /** A flood for a rule that is relative to max_connections is too; for the very last slot it is a number. */
    private Stimulus portable(World in, Stimulus stimulus, Stimulus least) {
        if (!(stimulus instanceof SessionStimulus.ConnectionFlood flood)
                || !(least instanceof SessionStimulus.ConnectionFlood weakest)) {
            return stimulus;
        }
        var most = in.settings().maxConnections();
        var other = in.withSettings(in.settings().with("max_connections", most * 2.0));
        if (stage.series(in).equals(stage.series(other))) {
            return stimulus;
        }
        var percent =
                new Size.Percent(Math.min(100, Math.ceilDiv(100 * flood.fill().of(most), most)));
        var fits = percent.of(most) <= most - in.settings().reserved()
                && weakest.fill().of(most) < most - in.settings().reserved();
        return fits ? new SessionStimulus.ConnectionFlood(percent, flood.ramp(), flood.reserve()) : stimulus;
    }

    /** Where nothing happens in Tocsin's database: an exporter that connects to it is never idle. */
    private World idle() {
        return live.map(_ -> world).orElse(world.in(world.database(), "postgres"));
    }

    /** What is missing when nothing happens: a load that is there, and then is not. */
    private Optional<Found> lull() {
        var where = idle();
        if (result(where, Server.Stress.NONE).isEmpty()) {
            return Optional.empty();
        }
        var databases = live.isPresent()
                ? where.databases().stream()
                        .filter(name -> !name.equals(where.exporterDatabase()))
                        .toList()
                : List.<String>of();
        for (var rate : List.of(100, 500, 1000, 2000)) {
            for (var sessions : List.of(6, 20)) {
                var load = new SessionStimulus.Workload(rate, sessions, databases);
                var lull = new SessionStimulus.Lull("load");
                var stress = new Server.Stress(Optional.of(lull), Optional.of(load));
                var outcome = stage.play(where, stress);
                seen.add(outcome.joins());
                if (outcome.fired().isPresent()) {
                    var lever = new Lever(List.of(lull), List.of(), "");
                    return Optional.of(
                            new Found(lever, 0, stress, outcome.fired().get(), lull));
                }
            }
        }
        return Optional.empty();
    }

    private Set<SortedMap<String, String>> result(World in, Server.Stress stress) {
        var labels = new HashSet<SortedMap<String, String>>();
        try {
            stage.result(in, stress, -1).forEach(element -> {
                var plain = new TreeMap<>(element.labels());
                plain.remove(Expr.LabelMatcher.METRIC);
                labels.add(plain);
            });
        } catch (EvaluationException e) {
            error = error.or(() -> Optional.of(String.valueOf(e.getMessage())));
        }
        return labels;
    }

    private Drafted drafted(String name, Found found) {
        var in = found.stress().background().isPresent() ? idle() : world;
        var release = found.fired().at() + 5;
        var resolves = stage.resolves(in, found.stress(), release, found.fired().labels());
        var others = new HashSet<>(found.fired().before());
        if (found.stress().background().isPresent()) {
            others.addAll(result(in, Server.Stress.NONE));
            others.remove(found.fired().labels());
        }
        var text = new ScenarioText(
                name,
                rule,
                found.chosen(),
                found.stress().background(),
                narrowing(found, others),
                rounded(found.fired().at() * 1.2, GRACE),
                resolves.map(after -> rounded(after * 1.2, GROUPED)),
                why(found));
        var notes = new ArrayList<String>();
        if (!found.fired().before().isEmpty()) {
            notes.add(
                    "fires at rest for other series: " + found.fired().before().size());
        }
        if (found.fired().at() > LONG) {
            notes.add("takes "
                    + Durations.print(Duration.ofSeconds((long) found.fired().at())) + " to fire");
        }
        if (resolves.isEmpty()) {
            notes.add("does not resolve by itself after the release");
        }
        live.flatMap(each -> each.near(expr)).ifPresent(notes::add);
        var scenario = new Drafted.DraftedScenario(
                name,
                text.write(),
                found.chosen(),
                StimulusText.of(found.chosen()),
                found.fired().at());
        return new Drafted(rule, Optional.of(scenario), "", findings, notes);
    }

    /** What a lull in one database does not do in the others. */
    private List<String> narrowing(Found found, Set<SortedMap<String, String>> others) {
        var matchers = new LinkedHashSet<>(Narrowing.of(found.fired().labels(), others, live.isPresent()));
        if (found.stress().background().orElse(found.chosen()) instanceof SessionStimulus.Workload load) {
            found.fired().labels().forEach((name, value) -> {
                if (load.databases().contains(value)) {
                    matchers.add(name + "=\"" + value + "\"");
                }
            });
        }
        return List.copyOf(matchers);
    }

    private static Duration rounded(double seconds, Duration more) {
        return Duration.ofSeconds((long) Math.ceil((seconds + more.toSeconds()) / 10) * 10);
    }

    private String why(Found found) {
        var weakest = found.lever().levels().get(found.level());
        return "On the model it becomes true %.0f s after the start and fires after %.0f s%s."
                .formatted(
                        found.fired().active(),
                        found.fired().at(),
                        weakest.equals(found.chosen()) || found.level() == 0
                                ? ""
                                : "; " + StimulusText.of(weakest) + " would just do");
    }

    private String reason(List<Lever> levers) {
        var unknown = wanted.names().stream()
                .filter(metric -> !exporters.mayKnow(metric) && !isThere(metric)
                        || exporters.problem(metric, world).isPresent())
                .toList();
        var brief = findings.stream()
                .filter(finding -> finding.kind() == RuleFinding.Kind.FOR_LONGER_THAN_WINDOW)
                .findFirst();
        if (unknown.isEmpty() && brief.isPresent()) {
            return brief.get().what();
        }
        var pretended = unknown.isEmpty() ? pretended(levers) : Optional.<String>empty();
        if (pretended.isPresent()) {
            return pretended.get();
        }
        if (!unknown.isEmpty()) {
            return "no metric known: " + String.join(", ", unknown)
                    + unknown.stream()
                            .flatMap(metric ->
                                    exporters.problem(metric, world).or(() -> exporters.instead(metric)).stream())
                            .findFirst()
                            .map(problem -> " (" + problem + ")")
                            .orElse("");
        }
        var absent = findings.stream()
                .filter(finding -> finding.kind() == RuleFinding.Kind.ABSENT_LABEL
                        || finding.kind() == RuleFinding.Kind.ABSENT_LABEL_VALUE)
                .findFirst();
        if (absent.isPresent()) {
            return absent.get().what();
        }
        if (error.isPresent()) {
            return "Prometheus could not evaluate it: " + error.get();
        }
        if (!result(world, Server.Stress.NONE).isEmpty()) {
            return "true at rest, and no load of ours makes it false";
        }
        var strangers = Suspicions.strangers(wanted, touched(levers));
        if (strangers.isPresent()) {
            return strangers.get();
        }
        var moving = moving(levers.stream().filter(lever -> !breaks(lever)));
        if (!moving.isEmpty()) {
            return "needs what Tocsin will not do: " + moving
                    + " move what it reads, and at their strongest not far enough within an hour";
        }
        if (stage.ages(world)) {
            return "only time moves " + String.join(", ", wanted.names()) + ", and not far enough within an hour";
        }
        var breaking = moving(levers.stream().filter(Drafter::breaks));
        return breaking.isEmpty()
                ? "no stimulus moves " + String.join(", ", wanted.names())
                : "no stimulus makes it true: " + breaking + " move what it reads, and to no such value";
    }

    /** Stops something: all that is read from it changes then, which tells little. */
    private static boolean breaks(Lever lever) {
        return lever.strongest() instanceof MonitoringStimulus || lever.strongest() instanceof ClusterStimulus;
    }

    private String moving(Stream<Lever> levers) {
        return levers.filter(lever -> stage.concerns(world, Server.Stress.of(lever.strongest())))
                .map(Lever::kind)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private boolean isThere(String metric) {
        return live.isPresent()
                && !live.get().present(metric, Set.of()).orElse(List.of()).isEmpty();
    }

    private Set<SortedMap<String, String>> touched(List<Lever> levers) {
        return stage.touched(
                world,
                levers.stream()
                        .map(lever -> Server.Stress.of(lever.strongest()))
                        .toList());
    }

    /** Whether it would fire if something were there, or if a stimulus were stronger. */
    private Optional<String> pretended(List<Lever> levers) {
        if (!world.standby()) {
            var with = search(world.withStandby(), Lever.on(world.withStandby(), settings()));
            if (with.isPresent()) {
                return Optional.of("needs a standby for " + with.get().chosen().kind()
                        + ": give --standby when the target has one");
            }
        }
        if (world.canary().isEmpty()) {
            var in = world.withCanary("tocsin.canary");
            var with = search(in, Lever.on(in, settings()));
            if (with.isPresent()) {
                return Optional.of("needs a query of the exporter that reads a table in a schema tocsin for "
                        + with.get().chosen().kind() + ", and --queries has none");
            }
        }
        var concerned = levers.stream()
                .filter(lever ->
                        !lever.beyond().isEmpty() && stage.concerns(world, Server.Stress.of(lever.strongest())))
                .toList();
        for (var further = 0; further < MOST_BEYOND; further++) {
            for (var lever : concerned) {
                if (further < lever.beyond().size()
                        && fired(world, lever.beyond().get(further)).isPresent()) {
                    return Optional.of("needs what Tocsin will not do: more than " + StimulusText.of(lever.strongest())
                            + (lever.bound().isEmpty() ? "" : " (" + lever.bound() + ")") + ", up to "
                            + StimulusText.of(lever.beyond().get(further)));
                }
            }
        }
        return Optional.empty();
    }
}
