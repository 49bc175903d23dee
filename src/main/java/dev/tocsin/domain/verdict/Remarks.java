package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Notification;
import dev.tocsin.domain.alert.Retellings.Retelling;
import dev.tocsin.domain.chain.Gap;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.AlertExpectation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is odd about how alerts were told and changes no verdict: told twice, again, out of order, or under two names. */
final class Remarks {
    private final RunState run;
    private final List<String> all = new ArrayList<>();

    private Remarks(RunState run) {
        this.run = run;
    }

    static List<String> of(RunState run) {
        var remarks = new Remarks(run);
        remarks.retold();
        remarks.fromBefore();
        run.scenario().alerts().forEach(remarks::about);
        return remarks.all;
    }

    private List<Instant> restarts() {
        return run.chain().gaps("Alertmanager").stream()
                .filter(Gap::restarted)
                .map(Gap::from)
                .toList();
    }

    private boolean replayed(Retelling retelling) {
        return restarts().stream().anyMatch(at -> at.isAfter(retelling.before()) && !at.isAfter(retelling.at()));
    }

    /** The longest of the intervals is sure to be over after a repeat; with none known nothing is taken for one. */
    private boolean repeated(Retelling retelling) {
        return retelling.reason().filter(Notification.REPEATED::equals).isPresent()
                || retelling.content().alerts().stream()
                        .flatMap(line -> run.scenario().alerts().stream()
                                .flatMap(expectation -> new Sightings(run, expectation.matchers())
                                        .routesHere(line.episode().labels())))
                        .map(route -> route.repeatInterval())
                        .min(Comparator.naturalOrder())
                        .filter(interval -> !Duration.between(retelling.before(), retelling.at())
                                .minus(interval)
                                .isNegative())
                        .isPresent();
    }

    private void retold() {
        var retellings = run.retellings().all();
        var replays = retellings.stream().filter(this::replayed).count();
        var repeats = retellings.stream()
                .filter(retelling -> !replayed(retelling) && repeated(retelling))
                .count();
        var twice = retellings.size() - replays - repeats;
        if (replays > 0) {
            all.add(notifications(replays) + " told again, after Alertmanager had restarted at "
                    + restarts().getFirst() + ", what had been told before; they change nothing");
        }
        if (repeats > 0) {
            all.add(notifications(repeats)
                    + " repeated what had been told a repeat_interval before; they change nothing");
        }
        if (twice > 0) {
            var peers = run.chain().latest(Sight.RoutingSeen.class).stream()
                    .mapToInt(Sight.RoutingSeen::peers)
                    .max()
                    .orElse(1);
            all.add(notifications(twice) + " told what the same group had told already"
                    + (peers > 1
                            ? ", as the " + peers + " Alertmanagers of a cluster do that do not agree in time"
                            : "")
                    + "; each alert counts once");
        }
    }

    /** What fired before the run is told as new by an Alertmanager that has forgotten that it told it. */
    private void fromBefore() {
        var replays = run.episodes().all().stream()
                .filter(episode -> episode.startsAt().isBefore(run.admitted()))
                .filter(episode -> episode.fired()
                        .filter(fired -> restarts().stream()
                                .anyMatch(at -> !at.isBefore(run.admitted()) && !at.isAfter(fired.at())))
                        .isPresent())
                .count();
        if (replays > 0) {
            all.add(replays + (replays == 1 ? " alert" : " alerts")
                    + " from before the run came after Alertmanager had restarted at "
                    + restarts().getLast() + ": told again, not begun again");
        }
    }

    private static String notifications(long count) {
        return count + (count == 1 ? " notification" : " notifications");
    }

    private void about(AlertExpectation expectation) {
        var title = expectation.matchers().title();
        var sightings = new Sightings(run, expectation.matchers());
        var episodes = run.episodes().all().stream()
                .filter(episode -> !episode.startsAt().isBefore(run.admitted()))
                .filter(episode -> expectation.matchers().match(episode.labels()))
                .toList();
        for (var episode : episodes) {
            if (episode.fired().isEmpty()) {
                all.add(episode.labels() + " was only ever delivered as resolved");
            }
            episode.again()
                    .ifPresent(again -> all.add(episode.labels() + " was told as firing at " + again.at()
                            + ", after it had been told as resolved: notifications do not come in order"));
            if (sightings.watched(episode) && !sightings.inPrometheus(episode)) {
                all.add(episode.labels() + " was delivered, and Prometheus was not seen to hold it: it was too short to"
                        + " see, or posted to Alertmanager by somebody else");
            }
        }
        flapped(episodes);
        namedTwice(title, sightings, episodes);
    }

    private void flapped(List<Episode> episodes) {
        var begun = new LinkedHashMap<Labels, List<Instant>>();
        for (var episode : episodes) {
            var starts = begun.computeIfAbsent(episode.labels(), _ -> new ArrayList<>());
            // An earlier start that is told later is the same alert: Alertmanager took it over from a replica.
            if (starts.isEmpty() || episode.startsAt().isAfter(starts.getLast())) {
                starts.add(episode.startsAt());
            }
        }
        begun.forEach((labels, starts) -> {
            if (starts.size() > 1) {
                all.add(labels + " flapped: it began " + starts.size() + " times");
            }
        });
    }

    /** Label sets that differ in one label: of a replica, whose alerts are one alert, or of a value that changes. */
    private void namedTwice(String title, Sightings sightings, List<Episode> episodes) {
        var values = new TreeMap<String, Set<String>>();
        var overlapping = false;
        for (var one : episodes) {
            for (var other : episodes) {
                var differing = differing(one.labels(), other.labels());
                if (differing.size() == 1) {
                    values.computeIfAbsent(differing.getFirst(), _ -> new TreeSet<>())
                            .addAll(List.of(
                                    one.labels().get(differing.getFirst()),
                                    other.labels().get(differing.getFirst())));
                    overlapping |= one.startsAt().isBefore(other.startsAt())
                            && other.startsAt().isBefore(one.ended().orElse(Instant.MAX));
                }
            }
        }
        for (var label : values.entrySet()) {
            if (external(sightings, label.getKey())) {
                all.add(title + " rang once for each " + label.getKey() + " " + label.getValue()
                        + ": replicas of one Prometheus that are told apart; drop the label in alert_relabel_configs");
            } else if (!overlapping && numbers(label)) {
                all.add(title + " rang under " + label.getValue().size() + " values of " + label.getKey() + " "
                        + label.getValue() + ": a value in a label makes each a new alert, and begins `for` anew");
            }
        }
    }

    private static boolean numbers(Map.Entry<String, Set<String>> label) {
        return label.getValue().stream().allMatch(value -> value.matches("[-+]?[0-9.]+([eE][-+]?[0-9]+)?[%a-zA-Z]*"));
    }

    private static List<String> differing(Labels one, Labels other) {
        var names = new TreeSet<>(one.pairs().keySet());
        names.addAll(other.pairs().keySet());
        return names.stream()
                .filter(name -> !one.get(name).equals(other.get(name)))
                .toList();
    }

    /** A label that Prometheus adds when it sends: its own alerts lack it. Where none was seen, the usual name tells. */
    private static boolean external(Sightings sightings, String label) {
        var own = sightings
                .rules()
                .flatMap(seen -> seen.sight().stream())
                .map(Rule::alerts)
                .flatMap(List::stream)
                .map(Rule.ActiveInstance::labels)
                .toList();
        return own.isEmpty()
                ? label.endsWith("replica")
                : own.stream().noneMatch(labels -> labels.pairs().containsKey(label));
    }
}
