package dev.tocsin.draft;

import dev.tocsin.draft.eval.Element;
import dev.tocsin.draft.eval.EvaluationException;
import dev.tocsin.draft.eval.Evaluator;
import dev.tocsin.draft.eval.Recording;
import dev.tocsin.draft.model.Course;
import dev.tocsin.draft.model.Server;
import dev.tocsin.draft.model.World;
import dev.tocsin.promql.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Plays a stimulus through on the model and sees when one rule fires and resolves. */
final class Stage {
    /** Nobody holds a stimulus longer. */
    static final double LONGEST = 7200;

    private static final String NAME = "__name__";
    private static final double[] LOOKS = {
        0.01, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 62, 65, 75, 90, 120, 150, 180, 240,
        300, 420, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200
    };

    private final Expr expr;
    private final double hold;
    private final Wanted wanted;
    private final Exporters exporters;
    private final Surroundings surroundings;
    private final double window;
    private final double step;
    private final Map<Rest, Map<Key, Double>> rest = new HashMap<>();

    private final Map<World, Set<SortedMap<String, String>>> drifting = new HashMap<>();

    private record Rest(World world, double at) {}

    /**
     * When it fired.
     *
     * @param active when its condition became true
     * @param at when it had been true for as long as it must
     * @param labels of the alert
     * @param before what fired already before anything was done
     */
    record Fired(double active, double at, SortedMap<String, String> labels, Set<SortedMap<String, String>> before) {}

    /** What came of it. */
    record Outcome(
            Optional<Fired> fired,
            Set<SortedMap<String, String>> before,
            Optional<String> error,
            Map<Expr, Evaluator.Joins> joins) {}

    private record Key(Server.Role role, SortedMap<String, String> labels) {}

    Stage(Expr expr, double hold, Wanted wanted, Exporters exporters, Surroundings surroundings) {
        this.expr = expr;
        this.hold = hold;
        this.wanted = wanted;
        this.exporters = exporters;
        this.surroundings = surroundings;
        var back = Wanted.window(expr).toMillis() / 1000.0;
        for (var rule : wanted.recorded().values()) {
            back += Wanted.window(rule.expr()).toMillis() / 1000.0;
        }
        window = back;
        var shortest = Wanted.shortest(expr).toMillis() / 1000.0;
        step = Math.max(Math.max(1, Math.min(15, shortest / 8)), (back + LONGEST) / 6000);
    }

    double window() {
        return window;
    }

    /** Whether anything that the rule reads is changed by it. */
    boolean concerns(World world, Server.Stress stress) {
        for (var at : new double[] {2, 4.5, 15, 70, 600}) {
            if (!samples(world, stress, Course.atRest(at))
                    .equals(samples(world, Server.Stress.NONE, Course.atRest(at)))) {
                return true;
            }
        }
        return false;
    }

    /** Labels of all series that the rule may read: at rest, and in the course of what is done. */
    Set<SortedMap<String, String>> touched(World world, Collection<Server.Stress> stresses) {
        var all = new HashSet<SortedMap<String, String>>();
        for (var at : new double[] {0, 15, 600}) {
            samples(world, Server.Stress.NONE, Course.atRest(at)).keySet().forEach(key -> all.add(key.labels()));
            for (var stress : stresses) {
                samples(world, stress, Course.atRest(at)).keySet().forEach(key -> all.add(key.labels()));
            }
        }
        return all;
    }

    /** Whether what the rule reads changes on a server on which nothing is done. */
    boolean ages(World world) {
        return !samples(world, Server.Stress.NONE, Course.atRest(0))
                .equals(samples(world, Server.Stress.NONE, Course.atRest(600)));
    }

    /** Does it, and sees whether the rule fires for labels for which it did not before. */
    Outcome play(World world, Server.Stress stress) {
        var length = Math.min(LONGEST, LONGEST / 2 + hold + window) + hold;
        var evaluator = new Evaluator(record(world, stress, Double.POSITIVE_INFINITY, length));
        try {
            var before = firing(evaluator, -step);
            var drifts = stress.background().isPresent() ? Set.<SortedMap<String, String>>of() : drifts(world, length);
            var since = new HashMap<SortedMap<String, String>, Double>();
            for (var at = 0.0; at <= length; at += pace(at)) {
                var now = firing(evaluator, at);
                since.keySet().retainAll(now);
                for (var labels : now) {
                    if (!before.contains(labels) && !drifts.contains(labels)) {
                        since.putIfAbsent(labels, at);
                        var from = since.getOrDefault(labels, at);
                        if (at - from >= hold) {
                            return new Outcome(
                                    Optional.of(new Fired(from, at, labels, before)),
                                    before,
                                    Optional.empty(),
                                    evaluator.joins());
                        }
                    }
                }
            }
            return new Outcome(Optional.empty(), before, Optional.empty(), evaluator.joins());
        } catch (EvaluationException e) {
            return new Outcome(
                    Optional.empty(), Set.of(), Optional.of(String.valueOf(e.getMessage())), evaluator.joins());
        }
    }

    /** What fires sooner or later without anything being done: time goes on for what is there already. */
    private Set<SortedMap<String, String>> drifts(World world, double length) {
        return drifting.computeIfAbsent(world, _ -> {
            var all = new HashSet<SortedMap<String, String>>();
            var evaluator = new Evaluator(record(world, Server.Stress.NONE, Double.POSITIVE_INFINITY, length));
            for (var at = 0.0; at <= length; at += Math.max(step, length / 60)) {
                all.addAll(firing(evaluator, at));
            }
            return all;
        });
    }

    /** How long after its release the rule is silent for these labels; nothing when it never is. */
    Optional<Double> resolves(World world, Server.Stress stress, double release, SortedMap<String, String> labels) {
        var length = release + window + 700;
        var evaluator = new Evaluator(record(world, stress, release, length));
        for (var at = release + step; at <= length; at += Math.max(step, (length - release) / 300)) {
            if (!firing(evaluator, at).contains(labels)) {
                return Optional.of(at - release);
            }
        }
        return Optional.empty();
    }

    /** Close looks at first, when everything happens. */
    private double pace(double at) {
        var apart = at < 90 ? 2 : at < 400 ? 6 : at < 2000 ? 20 : 60;
        return Math.max(step, hold > 0 ? Math.min(apart, Math.max(1, hold / 3)) : apart);
    }

    private Set<SortedMap<String, String>> firing(Evaluator evaluator, double at) {
        var firing = new HashSet<SortedMap<String, String>>();
        for (var element : evaluator.vector(expr, at)) {
            var labels = new TreeMap<>(element.labels());
            labels.remove(NAME);
            firing.add(labels);
        }
        return firing;
    }

    /** What the expression gives at a moment. */
    List<Element> result(World world, Server.Stress stress, double at) {
        return new Evaluator(record(world, stress, Double.POSITIVE_INFINITY, Math.max(at, 0) + 2)).vector(expr, at);
    }

    /** The series that the rule reads, at rest. */
    Map<SortedMap<String, String>, Double> series(World world) {
        var all = new LinkedHashMap<SortedMap<String, String>, Double>();
        samples(world, Server.Stress.NONE, Course.atRest(0)).forEach((key, value) -> all.put(key.labels(), value));
        return all;
    }

    private Map<Key, Double> samples(World world, Server.Stress stress, Course course) {
        return stress.equals(Server.Stress.NONE)
                ? rest.computeIfAbsent(new Rest(world, course.at()), _ -> scraped(world, stress, course))
                : scraped(world, stress, course);
    }

    private Map<Key, Double> scraped(World world, Server.Stress stress, Course course) {
        var samples = new LinkedHashMap<Key, Double>();
        for (var role : world.standby() ? Server.Role.values() : new Server.Role[] {Server.Role.PRIMARY}) {
            exporters
                    .scrape(world, stress, course, role, wanted::reads, wanted.names())
                    .forEach((labels, value) -> samples.put(new Key(role, labels), value));
        }
        return samples;
    }

    private Recording record(World world, Server.Stress stress, double release, double length) {
        var keys = keys(release, length);
        var rest = new ArrayList<Map<Key, Double>>();
        var played = new ArrayList<Map<Key, Double>>();
        for (var at : keys) {
            rest.add(samples(world, Server.Stress.NONE, Course.atRest(at)));
            played.add(
                    stress.equals(Server.Stress.NONE)
                            ? rest.getLast()
                            : samples(world, stress, new Course(at, release)));
        }
        var from = -window - 2.3 * step; // no scrape falls on the very start
        var scrapes = (int) Math.ceil((length - from) / step) + 2;
        var series = new ArrayList<Recording.Series>();
        for (var each : tracks(rest, played, keys).entrySet()) {
            series.add(new Recording.Series(each.getKey(), sampled(keys, each.getValue(), from, scrapes)));
        }
        return recorded(new Recording(Server.EPOCH, from, step, scrapes, series, this::assumed));
    }

    /** A rule that records is evaluated at each scrape. */
    private Recording recorded(Recording plain) {
        var all = plain;
        for (var rule : wanted.recorded().entrySet()) {
            var evaluator = new Evaluator(all);
            var values = new LinkedHashMap<SortedMap<String, String>, double[]>();
            for (var scrape = 0; scrape < all.scrapes(); scrape++) {
                for (var element : evaluator.vector(rule.getValue().expr(), all.moment(scrape))) {
                    var labels = new TreeMap<>(element.labels());
                    labels.putAll(rule.getValue().labels());
                    labels.put(NAME, rule.getKey());
                    values.computeIfAbsent(labels, _ -> absent(plain.scrapes()))[scrape] = element.value();
                }
            }
            var more = new ArrayList<>(all.series());
            values.forEach((labels, track) -> more.add(new Recording.Series(labels, track)));
            all = new Recording(all.epoch(), all.from(), all.step(), all.scrapes(), more, all.assumed());
        }
        return all;
    }

    private static double[] absent(int count) {
        var values = new double[count];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    private List<Double> keys(double release, double length) {
        var keys = new TreeSet<Double>();
        keys.add(-window - 3 * step);
        keys.add(-0.01);
        for (var look : LOOKS) {
            if (look < length) {
                keys.add(look);
            }
            if (release < length) {
                keys.add(release + look);
            }
        }
        if (release < length) {
            keys.add(release - 0.01);
        }
        keys.add(length + step);
        return List.copyOf(keys);
    }

    /** The series of every metric, each with its value at each of the moments looked at. */
    private Map<SortedMap<String, String>, double[]> tracks(
            List<Map<Key, Double>> rest, List<Map<Key, Double>> played, List<Double> keys) {
        var metrics = new TreeSet<String>(wanted.names());
        rest.forEach(each -> each.keySet().forEach(key -> metrics.add(metric(key))));
        played.forEach(each -> each.keySet().forEach(key -> metrics.add(metric(key))));
        var tracks = new LinkedHashMap<SortedMap<String, String>, double[]>();
        for (var metric : metrics) {
            var own = exporters.labels(metric).orElse(Set.of());
            var present = surroundings.present(metric, own);
            var pairs = new Pairs(keysOf(metric, rest), own);
            for (var series : pairs.surest(present.orElse(List.of()))) {
                tracks.put(series.labels(), moved(series, pairs.of(series), rest, played, keys));
            }
            for (var key : keysOf(metric, played)) {
                if (present.isEmpty() || !rest.getFirst().containsKey(key)) {
                    tracks.put(labelled(key, metric, own), values(key, played));
                }
            }
        }
        return tracks;
    }

    private static Set<Key> keysOf(String metric, List<Map<Key, Double>> looks) {
        var keys = new LinkedHashSet<Key>();
        looks.forEach(look ->
                look.keySet().stream().filter(key -> metric(key).equals(metric)).forEach(keys::add));
        return keys;
    }

    private static String metric(Key key) {
        return key.labels().getOrDefault(NAME, "");
    }

    private SortedMap<String, String> labelled(Key key, String metric, Set<String> own) {
        var labels = new TreeMap<>(surroundings.target(key.role(), metric, own));
        labels.putAll(key.labels());
        return labels;
    }

    private static double[] values(Key key, List<Map<Key, Double>> looks) {
        return looks.stream()
                .mapToDouble(look -> look.getOrDefault(key, Double.NaN))
                .toArray();
    }

    /**
     * Which series of the model stands for one that is there: of the same server, and alike in each label that the model
     * knows a value of. Ids and names that it made up say nothing. Each stands for one only.
     */
    private static final class Pairs {
        private final Set<Key> left;
        private final Map<String, Set<String>> values = new HashMap<>();

        Pairs(Set<Key> modelled, Set<String> own) {
            left = new LinkedHashSet<>(modelled);
            for (var key : modelled) {
                for (var label : own) {
                    values.computeIfAbsent(label, _ -> new HashSet<>())
                            .add(key.labels().getOrDefault(label, ""));
                }
            }
        }

        /** Those first of which the model knows most: a series without a name would else take the place of one with it. */
        List<Surroundings.Present> surest(List<Surroundings.Present> all) {
            return all.stream()
                    .sorted(Comparator.comparingLong(this::known).reversed())
                    .toList();
        }

        private long known(Surroundings.Present series) {
            return values.entrySet().stream()
                    .filter(label -> label.getValue().contains(series.labels().getOrDefault(label.getKey(), "")))
                    .count();
        }

        Optional<Key> of(Surroundings.Present series) {
            var found = left.stream()
                    .filter(key -> key.role() == series.role())
                    .filter(key -> values.entrySet().stream().allMatch(label -> {
                        var there = series.labels().getOrDefault(label.getKey(), "");
                        return !label.getValue().contains(there)
                                || there.equals(key.labels().getOrDefault(label.getKey(), ""));
                    }))
                    .findFirst();
            found.ifPresent(left::remove);
            return found;
        }
    }

    /** What is there, moved by as much as its like on the model is by the stimulus; gone when that is gone. */
    private static double[] moved(
            Surroundings.Present series,
            Optional<Key> pair,
            List<Map<Key, Double>> rest,
            List<Map<Key, Double>> played,
            List<Double> keys) {
        var values = new double[keys.size()];
        var metric = series.labels().getOrDefault(NAME, "");
        for (var i = 0; i < values.length; i++) {
            var plain = series.value() + series.slope() * keys.get(i);
            if (pair.isEmpty()) {
                values[i] = any(metric, series.role(), rest.get(i)) && !any(metric, series.role(), played.get(i))
                        ? Double.NaN
                        : plain;
            } else {
                var before = rest.get(i).get(pair.get());
                var after = played.get(i).get(pair.get());
                values[i] = after == null ? Double.NaN : before == null ? after : moved(plain, before, after);
            }
        }
        return values;
    }

    /** A count that was reset on the model is reset where it is, too; it has never been less than nothing. */
    private static double moved(double plain, double before, double after) {
        var moved = plain + after - before;
        return moved < 0 && plain >= 0 && after >= 0 ? after : moved;
    }

    private static boolean any(String metric, Server.Role role, Map<Key, Double> look) {
        return look.keySet().stream()
                .anyMatch(key -> key.role() == role && metric(key).equals(metric));
    }

    private double[] sampled(List<Double> keys, double[] track, double from, int scrapes) {
        var values = new double[scrapes];
        var left = 0;
        for (var scrape = 0; scrape < scrapes; scrape++) {
            var at = from + scrape * step;
            while (left + 2 < keys.size() && keys.get(left + 1) <= at) {
                left++;
            }
            var one = track[left];
            var other = track[left + 1];
            var span = keys.get(left + 1) - keys.get(left);
            var part = Math.max(0, Math.min(1, (at - keys.get(left)) / span));
            values[scrape] = jumps(one, other) ? one : one + (other - one) * part;
        }
        return values;
    }

    /**
     * Absent, a truth, or a time stamp that was not there yet: there is nothing between one and the other. Only such a one comes
     * from nothing; bytes that are counted grow by as much in minutes, but from something.
     */
    private static boolean jumps(double one, double other) {
        var truths = (one == 0 || one == 1) && (other == 0 || other == 1);
        var stamps = Math.min(one, other) <= 0 && Math.max(one, other) > Server.EPOCH / 2;
        return Double.isNaN(one) || Double.isNaN(other) || truths || stamps;
    }

    /** Of labels that targets get by configuration nothing is known without a Prometheus to look at. */
    private boolean assumed(String metric, Expr.LabelMatcher matcher) {
        return !matcher.name().equals(NAME)
                && surroundings.present(metric, Set.of()).isEmpty()
                && !exporters.allLabels().contains(matcher.name());
    }
}
