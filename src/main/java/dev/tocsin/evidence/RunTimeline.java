package dev.tocsin.evidence;

import dev.tocsin.chart.Axis;
import dev.tocsin.chart.Lane;
import dev.tocsin.chart.Lane.Bar;
import dev.tocsin.chart.Lane.Mark;
import dev.tocsin.chart.Lane.Row;
import dev.tocsin.chart.Lane.Shape;
import dev.tocsin.domain.chain.Gap;
import dev.tocsin.domain.run.Phase;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Deadlines;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is drawn of a run: its phases, its stimuli, its alerts, and what was away, a lane each. */
final class RunTimeline {
    /** More rows are not looked through in a drawing; all are in the list of moments. */
    private static final int MOST_ROWS = 6;

    private final RunState run;
    private final Instant end;
    private final RunClock clock;
    private final List<AlertCourse> courses;

    RunTimeline(RunState run, List<AlertCourse> courses) {
        this.run = run;
        this.courses = courses;
        end = run.ended().orElse(run.lastHeard());
        clock = new RunClock(run.admitted());
    }

    /** The time of the run, and as much again where a deadline lies in it. */
    Axis axis() {
        var furthest = end.plus(Duration.between(run.admitted(), end));
        var last = run.scenario().alerts().stream()
                .map(expectation -> Deadlines.of(run, expectation))
                .flatMap(deadlines -> Stream.of(deadlines.fires(), deadlines.resolves()))
                .flatMap(Optional::stream)
                .filter(deadline -> !deadline.isAfter(furthest))
                .max(Comparator.naturalOrder())
                .filter(end::isBefore)
                .orElse(end);
        return Axis.between(run.admitted(), last);
    }

    List<Lane> lanes() {
        var lanes = new ArrayList<Lane>();
        lanes.add(phases());
        run.stimuli().forEach((name, trace) -> lanes.add(stimulus(name, trace)));
        run.scenario().alerts().forEach(expectation -> lanes.add(expected(expectation)));
        lanes.addAll(others());
        lanes.addAll(away());
        return lanes;
    }

    private record Change(Instant at, Phase phase) {}

    private Lane phases() {
        var changes = changes();
        var bars = new ArrayList<Bar>();
        for (var i = 0; i < changes.size(); i++) {
            var from = changes.get(i).at();
            var until = i + 1 < changes.size() ? changes.get(i + 1).at() : end;
            var name = changes.get(i).phase().name().toLowerCase(Locale.ROOT);
            bars.add(new Bar(from, until, name, name + " " + between(from, until), name));
        }
        return new Lane(
                "Phases of the run",
                changes.stream()
                        .map(change -> change.phase().name().toLowerCase(Locale.ROOT) + " " + clock.offset(change.at()))
                        .collect(Collectors.joining(" · ", "", " · ended " + clock.offset(end))),
                List.of(new Row(bars, List.of())));
    }

    private List<Change> changes() {
        var stressed = run.stressed().values();
        var changes = new ArrayList<>(List.of(new Change(run.admitted(), Phase.PREPARING)));
        Stream.concat(
                        stressed.stream().map(StimulusTrace::starting),
                        stressed.stream().flatMap(trace -> trace.released().stream()))
                .sorted()
                .distinct()
                .forEach(at -> {
                    var phase = phaseFrom(at);
                    if (phase != changes.getLast().phase()) {
                        changes.add(new Change(at, phase));
                    }
                });
        return changes;
    }

    private Phase phaseFrom(Instant at) {
        var started = run.stressed().values().stream()
                .filter(trace -> !trace.starting().isAfter(at))
                .toList();
        return started.size() >= run.scenario().stress().size()
                        && started.stream()
                                .allMatch(trace -> trace.released()
                                        .filter(released -> !released.isAfter(at))
                                        .isPresent())
                ? Phase.RECOVERING
                : Phase.STRESSING;
    }

    private Lane stimulus(String name, StimulusTrace trace) {
        var kind = Optional.ofNullable(run.scenario().stimuli().get(name))
                .map(stimulus -> stimulus.kind())
                .orElse("");
        var bars = new ArrayList<Bar>();
        var marks = new ArrayList<Mark>();
        var values = new ArrayList<String>();
        var gone = trace.released().orElse(end);
        var applied = trace.applied().orElse(gone);
        bars.add(new Bar(
                trace.starting(), applied, "starting", name + " starts " + between(trace.starting(), applied), ""));
        marks.add(new Mark(trace.starting(), Shape.TRIANGLE, "stimulus", at(name + " starts", trace.starting())));
        values.add("starts " + clock.offset(trace.starting()));
        trace.applied().ifPresent(at -> {
            bars.add(new Bar(at, gone, "applied", name + " is in full effect " + between(at, gone), "in full effect"));
            values.add("in full effect " + clock.offset(at));
        });
        trace.released().ifPresent(at -> {
            marks.add(new Mark(at, Shape.SQUARE, "stimulus", at(name + " was released", at)));
            values.add("released " + clock.offset(at));
        });
        if (trace.failure().isPresent() || trace.stuck().isPresent()) {
            values.add(trace.refused() ? "refused" : trace.stuck().isPresent() ? "not released" : "failed");
            marks.add(new Mark(gone, Shape.CROSS, "bad", at(name + " went wrong", gone)));
        }
        return new Lane(name + " (" + kind + ")", String.join(" · ", values), List.of(new Row(bars, marks)));
    }

    private Lane expected(AlertExpectation expectation) {
        var matching = courses.stream()
                .filter(course -> expectation.matchers().match(course.labels()))
                .toList();
        var rows = rows(matching);
        var deadlines = Deadlines.of(run, expectation);
        var marks = new ArrayList<Mark>();
        var values = new ArrayList<>(values(matching));
        var silent = run.scenario().mode() != Mode.PROOF;
        deadlines.fires().ifPresent(at -> {
            var what = silent ? "watched until" : "must be delivered by";
            marks.add(new Mark(at, Shape.FLAG, "deadline", at(what, at)));
            values.add((silent ? "watched until " : "due by ") + clock.offset(at));
        });
        deadlines.resolves().filter(_ -> !silent || !matching.isEmpty()).ifPresent(at -> {
            marks.add(new Mark(at, Shape.OPEN_FLAG, "deadline", at("must be delivered as resolved by", at)));
            values.add("resolved by " + clock.offset(at));
        });
        marks.removeIf(mark -> mark.at().isAfter(axis().until()));
        var withDeadlines = new ArrayList<>(rows.isEmpty() ? List.of(new Row(List.of(), List.of())) : rows);
        var first = withDeadlines.getFirst();
        withDeadlines.set(
                0,
                new Row(
                        first.bars(),
                        Stream.concat(first.marks().stream(), marks.stream()).toList()));
        return new Lane(expectation.matchers().title() + ", expected", String.join(" · ", values), withDeadlines);
    }

    private List<Lane> others() {
        var others = courses.stream()
                .filter(course -> run.scenario().alerts().stream()
                        .noneMatch(expectation -> expectation.matchers().match(course.labels())))
                .collect(Collectors.groupingBy(
                        course -> course.labels().alertname(), TreeMap::new, Collectors.toList()));
        return others.entrySet().stream().map(this::other).toList();
    }

    private Lane other(Map.Entry<String, List<AlertCourse>> named) {
        var forbidden = run.scenario().never().stream()
                .anyMatch(matchers -> named.getValue().stream().anyMatch(course -> matchers.match(course.labels())));
        return new Lane(
                named.getKey() + (forbidden ? ", must stay silent" : ", not expected"),
                String.join(" · ", values(named.getValue())),
                rows(named.getValue()));
    }

    private List<Row> rows(List<AlertCourse> alerts) {
        var rows = Lane.packed(alerts.stream().map(this::row).toList());
        return rows.size() <= MOST_ROWS ? rows : rows.subList(0, MOST_ROWS);
    }

    private Row row(AlertCourse course) {
        var bars = new ArrayList<Bar>();
        var marks = new ArrayList<Mark>();
        var name = course.labels().toString();
        var last = course.until(end);
        course.pending().ifPresent(from -> {
            var until = course.firing().or(course::over).orElse(end);
            bars.add(new Bar(from, until, "pending", name + " is pending " + between(from, until), "pending"));
        });
        course.firing().ifPresent(from -> {
            var until = course.over().orElse(last);
            bars.add(new Bar(from, until, "firing", name + " fires " + between(from, until), "firing"));
            if (last.isAfter(until)) {
                bars.add(new Bar(
                        until,
                        last,
                        "ended",
                        name + " has ended, and nobody was told yet " + between(until, last),
                        ""));
            }
        });
        course.delivered().ifPresent(at -> marks.add(new Mark(at, Shape.DISC, "told", at(name + " is delivered", at))));
        course.deliveredOver()
                .ifPresent(
                        at -> marks.add(new Mark(at, Shape.RING, "told", at(name + " is delivered as resolved", at))));
        return new Row(bars, marks);
    }

    /** The figures of the first alert; those of the others are in the list of moments. */
    private List<String> values(List<AlertCourse> alerts) {
        if (alerts.isEmpty()) {
            return List.of("was not seen");
        }
        var values = new ArrayList<String>();
        var first = alerts.stream()
                .filter(course -> !course.from().isBefore(run.admitted()))
                .findFirst()
                .orElse(alerts.getFirst());
        first.pending().ifPresent(at -> values.add("pending " + clock.offset(at)));
        first.firing().ifPresent(at -> values.add("fires " + clock.offset(at)));
        values.add(first.delivered().map(at -> "delivered " + clock.offset(at)).orElse("not delivered"));
        first.deliveredOver().ifPresent(at -> values.add("resolved " + clock.offset(at)));
        if (alerts.size() > 1) {
            values.add("and " + (alerts.size() - 1) + " more");
        }
        return values;
    }

    private List<Lane> away() {
        var ledger = run.ledger();
        var unanswered = Stream.concat(
                        ledger.outages().stream()
                                .map(outage -> bar(outage.from(), outage.until(), "no write is acknowledged")),
                        ledger.troubledSince().stream().map(since -> bar(since, end, "no write is acknowledged")))
                .toList();
        var restarts = ledger.servers().stream()
                .map(seen -> seen.server().postmasterStarted())
                .filter(run.admitted()::isBefore)
                .distinct()
                .map(at -> new Mark(at, Shape.DIAMOND, "stimulus", at("PostgreSQL was started", at)))
                .toList();
        return Stream.of(
                        lane("Writes without an answer", unanswered, restarts),
                        lane("Prometheus away", gaps("Prometheus"), List.of()),
                        lane("Alertmanager away", gaps("Alertmanager"), List.of()),
                        lane(
                                "Tocsin away",
                                run.blind().stream()
                                        .map(window -> bar(window.from(), window.until(), "nothing was heard"))
                                        .toList(),
                                List.of()))
                .flatMap(Optional::stream)
                .toList();
    }

    private List<Bar> gaps(String kind) {
        return run.chain().gaps(kind).stream().map(this::bar).toList();
    }

    private Bar bar(Gap gap) {
        return new Bar(gap.from(), gap.until().orElse(end), "away", gap.toString(), "");
    }

    private Bar bar(Instant from, Instant until, String what) {
        return new Bar(from, until, "away", what + " " + between(from, until), "");
    }

    private Optional<Lane> lane(String name, List<Bar> bars, List<Mark> marks) {
        return bars.isEmpty() && marks.isEmpty()
                ? Optional.empty()
                : Optional.of(new Lane(
                        name,
                        Stream.concat(
                                        bars.stream()
                                                .map(bar -> "from " + clock.offset(bar.from()) + " for "
                                                        + RunClock.seconds(
                                                                Duration.between(bar.from(), bar.until())
                                                                                .toMillis()
                                                                        / 1000.0,
                                                                1)),
                                        marks.stream().map(mark -> "PostgreSQL started " + clock.offset(mark.at())))
                                .collect(Collectors.joining(" · ")),
                        List.of(new Row(bars, marks))));
    }

    private String at(String what, Instant at) {
        return what + ", " + clock.offset(at);
    }

    private String between(Instant from, Instant until) {
        return "from " + clock.offset(from) + " to " + clock.offset(until);
    }
}
