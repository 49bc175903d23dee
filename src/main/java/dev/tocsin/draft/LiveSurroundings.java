package dev.tocsin.draft;

import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.draft.model.Course;
import dev.tocsin.draft.model.Server;
import dev.tocsin.draft.model.Settings;
import dev.tocsin.draft.model.World;
import dev.tocsin.promql.Expr;
import dev.tocsin.rules.Sample;
import dev.tocsin.rules.Series;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The series that a Prometheus holds, which the model is laid over. Asks each thing once. */
final class LiveSurroundings implements Surroundings {
    private static final String NAME = "__name__";
    private static final String INSTANCE = "instance";
    private static final String DATABASE = "datname";
    private static final String SETTINGS = "pg_settings_";
    private static final Duration PAST = Duration.ofMinutes(2);

    private final Series series;
    private final Exporters exporters;
    private final Map<String, List<Sample>> asked = new HashMap<>();
    private final Map<String, List<Present>> present = new HashMap<>();
    private final Map<String, Server.Role> roles;

    LiveSurroundings(Series series, Exporters exporters) {
        this.series = series;
        this.exporters = exporters;
        roles = roles();
    }

    /** The world as it is seen there. */
    World world(World assumed) {
        var settings = settings(assumed.settings());
        var databases = new TreeSet<String>();
        ask("group by (datname) ({datname!=\"\"})").forEach(sample -> {
            var name = sample.labels().get(DATABASE);
            if (!name.startsWith("template")) {
                databases.add(name);
            }
        });
        var sessions = ask("sum by (instance) (pg_stat_activity_count)").stream()
                .filter(sample -> role(sample.labels().get(INSTANCE)) == Server.Role.PRIMARY)
                .mapToInt(sample -> (int) sample.value())
                .max()
                .orElse(assumed.sessions());
        var exporters =
                ask("group by (datname) ({__name__=~\"pg_stat_user_tables_.+|pg_statio_user_tables_.+\"})").stream()
                        .map(sample -> sample.labels().get(DATABASE))
                        .filter(name -> !name.isEmpty())
                        .findFirst();
        var own = databases.contains(assumed.database())
                ? assumed.database()
                : exporters
                        .or(() -> databases.stream()
                                .filter(name -> !name.equals("postgres"))
                                .findFirst())
                        .orElse(assumed.database());
        return new World(
                own,
                databases.isEmpty() ? assumed.databases() : List.copyOf(databases),
                exporters.orElse(assumed.exporterDatabase()),
                settings,
                sessions,
                assumed.standby(),
                assumed.canary());
    }

    private Settings settings(Settings assumed) {
        var settings = assumed;
        for (var sample : ask("{__name__=~\"pg_settings_.+\"}")) {
            var metric = sample.labels().get(NAME);
            for (var known : assumed.all().entrySet()) {
                if (metric.equals(SETTINGS + known.getKey() + known.getValue().suffix())
                        && role(sample.labels().get(INSTANCE)) == Server.Role.PRIMARY) {
                    settings = settings.with(
                            known.getKey(), sample.value() / known.getValue().scale());
                }
            }
        }
        return settings;
    }

    /** Which instance is the standby: the one that says so in any metric that tells the two apart on the model. */
    private Map<String, Server.Role> roles() {
        var world = World.fresh(true, Optional.empty());
        var wanted = exporters.tellingRecovery();
        var primary = exporters.scrape(
                world, Server.Stress.NONE, Course.atRest(0), Server.Role.PRIMARY, wanted::contains, wanted);
        var standby = exporters.scrape(
                world, Server.Stress.NONE, Course.atRest(0), Server.Role.STANDBY, wanted::contains, wanted);
        var found = new HashMap<String, Server.Role>();
        standby.forEach((labels, value) -> {
            if (primary.containsKey(labels) && !primary.get(labels).equals(value) && Math.abs(value) <= 2) {
                for (var sample : ask(labels.getOrDefault(NAME, ""))) {
                    found.put(
                            sample.labels().get(INSTANCE),
                            sample.value() == value ? Server.Role.STANDBY : Server.Role.PRIMARY);
                }
            }
        });
        return found;
    }

    private Server.Role role(String instance) {
        return roles.getOrDefault(instance, Server.Role.PRIMARY);
    }

    @Override
    public Optional<List<Present>> present(String metric, Collection<String> own) {
        return Optional.of(present.computeIfAbsent(metric, this::look));
    }

    private List<Present> look(String metric) {
        var now = ask(new Expr.VectorSelector(Optional.of(metric), List.of(), Duration.ZERO, Optional.empty()).print());
        var slopes = new HashMap<Map<String, String>, Double>();
        if (exporters.grows(metric)) {
            ask("deriv(" + metric + "[" + Durations.print(PAST) + "])")
                    .forEach(sample -> slopes.put(sample.labels().pairs(), sample.value()));
        }
        return now.stream()
                .map(sample -> {
                    var labels = new TreeMap<>(sample.labels().pairs());
                    labels.put(NAME, metric);
                    var plain = new TreeMap<>(labels);
                    plain.remove(NAME);
                    return new Present(
                            labels,
                            role(sample.labels().get(INSTANCE)),
                            sample.value(),
                            slopes.getOrDefault(plain, 0.0));
                })
                .toList();
    }

    @Override
    public Map<String, String> target(Server.Role role, String metric, Collection<String> own) {
        for (var candidate : List.of(metric, "pg_static", "pg_settings_max_connections", "pg_up", "up")) {
            var labels = exporters.labels(candidate).orElse(Set.of());
            for (var each : present(candidate, labels).orElse(List.of())) {
                if (each.role() == role) {
                    var target = new TreeMap<>(each.labels());
                    target.keySet().removeAll(labels);
                    target.keySet().removeAll(Set.of("version", "short_version", NAME));
                    return target;
                }
            }
        }
        return Map.of(INSTANCE, role.name().toLowerCase(Locale.ROOT));
    }

    /** A note on a threshold that is nearly reached already. */
    Optional<String> near(Expr expr) {
        if (expr instanceof Expr.Binary binary
                && binary.operator().isComparison()
                && binary.right() instanceof Expr.NumberLiteral(var threshold)) {
            return ask(binary.left().print()).stream()
                    .filter(sample -> threshold != 0 && Math.abs(sample.value() / threshold - 1) < 0.1)
                    .findFirst()
                    .map(sample -> "now at %.4g, the threshold is %.4g".formatted(sample.value(), threshold));
        }
        return Optional.empty();
    }

    private List<Sample> ask(String query) {
        return asked.computeIfAbsent(query, text -> {
            try {
                return series.query(text);
            } catch (Series.NotEvaluatedException _) {
                return List.of();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        });
    }
}
