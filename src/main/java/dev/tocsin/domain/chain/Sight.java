package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.routing.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was seen of one subject of the chain. A new one is recorded whenever more than its times has changed. */
public sealed interface Sight {
    /** What the name of a stressed PostgreSQL begins with. */
    String TARGET = "PostgreSQL";

    /** What it is about; a later sight of the same subject takes the place of the earlier. */
    String subject();

    /** This sight without what changes at every look, to tell whether there is news. */
    default Sight essence() {
        return this;
    }

    /** One line for people. */
    default String summary() {
        return switch (this) {
            case SourceSeen seen ->
                seen.source() + (seen.answers() ? " answers" : " does not answer: " + seen.detail());
            case RulesSeen seen ->
                seen.rules().isEmpty()
                        ? "Prometheus has no rule " + seen.title()
                        : seen.rules().stream().map(Rule::summary).collect(Collectors.joining("; "));
            case TargetsSeen seen ->
                "targets of " + seen.title() + ": "
                        + (seen.targets().isEmpty()
                                ? "none"
                                : seen.targets().stream()
                                        .map(ScrapeTarget::summary)
                                        .collect(Collectors.joining("; ")));
            case NotifierSeen seen ->
                "Prometheus sends to " + (seen.alertmanagers().isEmpty() ? "nobody" : seen.alertmanagers()) + ", "
                        + seen.errors() + " errors, " + seen.dropped() + " dropped";
            case AlertsHeld seen ->
                seen.alertmanager() + " holds "
                        + (seen.alerts().isEmpty()
                                ? "none of them"
                                : seen.alerts().stream().map(HeldAlert::summary).collect(Collectors.joining("; ")));
            case SilencesSeen seen ->
                seen.alertmanager() + " has " + seen.silences().size() + " silences";
            case RoutingSeen seen ->
                seen.alertmanager() + ": " + seen.problem().orElse("routing read, " + seen.peers() + " in its cluster");
            case GroupsSeen seen ->
                seen.alertmanager() + " has " + seen.groups().size() + " groups open";
            case CountersSeen seen ->
                seen.alertmanager() + ": " + seen.failed() + " webhook notifications failed, " + seen.limited()
                        + " alerts refused";
            case TargetLabelled seen ->
                "series of the target carry " + seen.labels().pairs() + ", those of "
                        + seen.others().size() + " other servers another";
            case NeedsSeen seen ->
                seen.unmet().isEmpty()
                        ? "the target has what " + seen.stimulus() + " needs"
                        : seen.stimulus() + " cannot be applied: "
                                + seen.unmet().stream().map(Unmet::what).collect(Collectors.joining("; "));
            case SignalSeen seen ->
                "signal " + seen.name() + ": "
                        + seen.problem()
                                .orElseGet(() -> seen.traces().isEmpty()
                                        ? "no data"
                                        : seen.traces().stream()
                                                .map(trace -> String.valueOf(
                                                        trace.points().getLast().value()))
                                                .collect(Collectors.joining(", ")));
            case StressedBefore seen ->
                seen.times().size() + " runs stressed the target in the hour before, the last until "
                        + seen.times().getLast().until();
            case HistorySeen seen -> "Prometheus remembers " + seen.spans().size() + " times of " + seen.title();
        };
    }

    /**
     * Whether a Prometheus or an Alertmanager answers.
     *
     * @param source its name for people, as {@code Prometheus http://…}
     * @param detail its version, or why there is no answer
     * @param startedAt when its process started, by its own clock
     * @param aheadMillis how far its clock is ahead of ours, in milliseconds; negative when it is behind
     */
    record SourceSeen(
            String source, boolean answers, String detail, Optional<Instant> startedAt, Optional<Long> aheadMillis)
            implements Sight {
        @Override
        public String subject() {
            return source;
        }

        /** The clock drifts and is measured coarsely; whole ten seconds are news. */
        @Override
        public Sight essence() {
            return new SourceSeen(
                    source,
                    answers,
                    detail,
                    startedAt.map(at -> Instant.ofEpochSecond(at.getEpochSecond())),
                    aheadMillis.map(by -> Math.round(by / 10_000.0) * 10_000));
        }
    }

    /**
     * Whether the target has what a stimulus needs: the rights of the stress role, and what the server must be set to.
     *
     * @param stimulus its name in the scenario
     * @param unmet what is missing
     */
    record NeedsSeen(String stimulus, List<Unmet> unmet) implements Sight {
        public NeedsSeen {
            unmet = List.copyOf(unmet);
        }

        @Override
        public String subject() {
            return "needs of " + stimulus;
        }
    }

    /**
     * One thing that a stimulus needs and the target has not.
     *
     * @param mend the statement that grants it, or what else to do about it
     */
    record Unmet(String what, String mend) {}

    /**
     * The label that tells series of the target from those of other PostgreSQL servers, where the configuration names
     * none.
     *
     * @param others its values for the other servers
     */
    record TargetLabelled(String label, String value, List<String> others) implements Sight {
        public TargetLabelled {
            others = List.copyOf(others);
        }

        /** What alerts on series of the target carry. */
        public Labels labels() {
            return Labels.of(Map.of(label, value));
        }

        @Override
        public String subject() {
            return "labels of the target";
        }
    }

    /**
     * The alerting rules that an expectation may mean: those whose alert name or labels do not contradict it, and
     * those of its name that do.
     *
     * @param title the expectation's title
     */
    record RulesSeen(String title, List<Rule> rules) implements Sight {
        public RulesSeen {
            rules = List.copyOf(rules);
        }

        @Override
        public String subject() {
            return "rules " + title;
        }

        @Override
        public Sight essence() {
            return new RulesSeen(title, rules.stream().map(Rule::essence).toList());
        }
    }

    /**
     * The scrape targets that the rules of an expectation live on.
     *
     * @param dropped targets that Prometheus discovered and relabelling dropped, by their address
     */
    record TargetsSeen(String title, List<ScrapeTarget> targets, List<String> dropped) implements Sight {
        public TargetsSeen {
            targets = List.copyOf(targets);
            dropped = List.copyOf(dropped);
        }

        @Override
        public String subject() {
            return "targets " + title;
        }

        @Override
        public Sight essence() {
            return new TargetsSeen(
                    title, targets.stream().map(ScrapeTarget::essence).toList(), dropped);
        }
    }

    /**
     * Prometheus' sending side.
     *
     * @param alertmanagers the URLs it sends to
     * @param sent how many alerts it has sent, since it started
     * @param errors how many of them could not be sent
     * @param dropped how many it dropped
     * @param resendDelay how long after sending an alert it sends it again
     */
    record NotifierSeen(List<String> alertmanagers, long sent, long errors, long dropped, Duration resendDelay)
            implements Sight {
        public NotifierSeen {
            alertmanagers = List.copyOf(alertmanagers);
        }

        @Override
        public String subject() {
            return "notifier";
        }

        /** It sends all the time; only what it could not send is news. */
        @Override
        public Sight essence() {
            return new NotifierSeen(alertmanagers, 0, errors, dropped, resendDelay);
        }
    }

    /** The alerts that an Alertmanager holds and the run says something about. */
    record AlertsHeld(String alertmanager, List<HeldAlert> alerts) implements Sight {
        public AlertsHeld {
            alerts = List.copyOf(alerts);
        }

        @Override
        public String subject() {
            return "alerts of " + alertmanager;
        }

        @Override
        public Sight essence() {
            return new AlertsHeld(
                    alertmanager, alerts.stream().map(HeldAlert::essence).toList());
        }
    }

    /** The silences of an Alertmanager that have not expired. */
    record SilencesSeen(String alertmanager, List<Silence> silences) implements Sight {
        public SilencesSeen {
            silences = List.copyOf(silences);
        }

        @Override
        public String subject() {
            return "silences of " + alertmanager;
        }
    }

    /**
     * What an Alertmanager was told to do with alerts.
     *
     * @param problem why its configuration could not be understood; then the routing is empty
     * @param peers how many Alertmanagers form its cluster, itself included
     */
    record RoutingSeen(String alertmanager, Optional<Routing> routing, Optional<String> problem, int peers)
            implements Sight {
        @Override
        public String subject() {
            return "routing of " + alertmanager;
        }
    }

    /** The groups of alerts that an Alertmanager has open on the routes that lead here. */
    record GroupsSeen(String alertmanager, List<OpenGroup> groups) implements Sight {
        public GroupsSeen {
            groups = List.copyOf(groups);
        }

        @Override
        public String subject() {
            return "groups of " + alertmanager;
        }
    }

    /**
     * An Alertmanager's counters of what went wrong, since it started.
     *
     * @param failed webhook notifications that failed
     * @param limited alerts refused for a limit
     */
    record CountersSeen(String alertmanager, long failed, long limited) implements Sight {
        @Override
        public String subject() {
            return "counters of " + alertmanager;
        }
    }

    /** What Prometheus remembers of an expected alert, asked for when the run was about to end. */
    record HistorySeen(String title, List<Span> spans) implements Sight {
        public HistorySeen {
            spans = List.copyOf(spans);
        }

        @Override
        public String subject() {
            return "history " + title;
        }
    }

    /**
     * What the expression of a signal gave since the look before it.
     *
     * @param traces its series, with at least one point each
     * @param until the time of the last point that was asked for, whether or not there was one
     * @param interval how far points are apart
     * @param window how far the expression looks back
     * @param problem why Prometheus could not evaluate it
     * @param age how old the newest sample behind the last point was; absent when there is none
     */
    record SignalSeen(
            String name,
            List<Trace> traces,
            Instant until,
            Duration interval,
            Duration window,
            Optional<String> problem,
            Optional<Duration> age)
            implements Sight {
        public SignalSeen {
            traces = List.copyOf(traces);
        }

        @Override
        public String subject() {
            return "signal " + name;
        }
    }

    /**
     * When earlier runs stressed the same target. What Prometheus remembers of these times is what they did, and not how
     * the target is when it is left alone.
     *
     * @param times in order, at least one
     */
    record StressedBefore(List<Time> times) implements Sight {
        public StressedBefore {
            times = List.copyOf(times);
        }

        /** From before the first stimulus of a run to its end. */
        public record Time(String run, Instant from, Instant until) {}

        @Override
        public String subject() {
            return "earlier runs";
        }
    }
}
