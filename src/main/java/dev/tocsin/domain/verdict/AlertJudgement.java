package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.chain.Latency;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Deadline;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Check.Family;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges one expected alert.
 *
 * <p>Only an episode that began after its stimulus counts: one that was firing before may be repeated, updated or
 * re-delivered in the window and still proves nothing.
 */
final class AlertJudgement {
    private final RunState run;
    private final AlertExpectation expectation;
    private final Instant asOf;
    private final String title;
    private final Optional<StimulusTrace> stimulus;
    private final Sightings sightings;
    private final Recovery recovery;
    private final List<Episode> caused;

    /** They rang in time, and may as well have been caused by a run on another target. */
    private final List<Episode> untold;

    AlertJudgement(RunState run, AlertExpectation expectation, Instant asOf) {
        this.run = run;
        this.expectation = expectation;
        this.asOf = asOf;
        title = expectation.matchers().title();
        sightings = new Sightings(run, expectation.matchers());
        recovery = new Recovery(run, expectation);
        stimulus = run.stimulus(expectation.causedBy());
        var since = stimulus.stream()
                .flatMap(trace ->
                        matching().filter(episode -> !episode.startsAt().isBefore(trace.starting())))
                .filter(episode -> episode.delivered().isPresent())
                .filter(episode -> !begunBefore(episode))
                .sorted(Comparator.comparing(episode -> deliveredAt(episode)))
                .collect(Collectors.partitioningBy(episode -> run.untold(expectation.matchers(), episode.labels())));
        caused = since.getOrDefault(false, List.of());
        untold = since.getOrDefault(true, List.of());
    }

    /** Whether it rang: the first of the checks. */
    Check fires() {
        return fires(bound());
    }

    Stream<Check> checks() {
        var fires = fires();
        var checks = Stream.of(fires);
        if (!expectation.annotations().isEmpty() || !expectation.receivers().isEmpty()) {
            checks = Stream.concat(checks, Stream.of(contract(fires)));
        }
        return expectation.resolves() instanceof Deadline.NeverChecked
                ? checks
                : Stream.concat(checks, Stream.of(resolves(fires, resolution())));
    }

    /** The episodes in which it rang, in time or not. */
    List<Episode> caused() {
        return caused;
    }

    /** Those of them that kept the deadline. */
    List<Episode> inTime() {
        if (stimulus.isEmpty()) {
            return List.of();
        }
        var deadline = deadline(bound());
        return caused.stream()
                .filter(episode -> !deliveredAt(episode).isAfter(deadline))
                .toList();
    }

    /** From the start where that which it counts from has not happened: what rang before it is in time. */
    private Instant deadline(Bound fires) {
        return fires.from().orElse(stimulus.orElseThrow().starting()).plus(fires.time());
    }

    /**
     * A deadline that holds for this run.
     *
     * @param from what it counts from; absent when that has not happened
     * @param anchor that, in words, behind the name of the stimulus
     * @param terms what it is the sum of, when it was derived
     */
    private record Bound(Duration time, Optional<Instant> from, String anchor, List<Latency.Term> terms) {
        String within() {
            return "delivered within " + print(time);
        }
    }

    /** Written by the author, and from the start; or derived from what is deployed, and from when the cause is there. */
    private Bound bound() {
        var start = stimulus.map(StimulusTrace::starting);
        if (expectation.fires() instanceof Deadline.Within(Duration time)) {
            return new Bound(time, start, "", List.of());
        }
        return Latency.toFire(run.chain(), expectation.matchers())
                .map(latency -> new Bound(
                        latency.most(),
                        stimulus.flatMap(StimulusTrace::applied),
                        "'s full effect, as derived",
                        latency.terms()))
                .orElseGet(() -> new Bound(AlertExpectation.DEFAULT_FIRES_WITHIN, start, "", List.of()));
    }

    private Bound resolution() {
        var released = stimulus.flatMap(StimulusTrace::released);
        if (expectation.resolves() instanceof Deadline.Within(Duration time)) {
            return new Bound(time, released, "", List.of());
        }
        return Latency.toResolve(run.chain(), expectation.matchers())
                .map(latency -> new Bound(latency.most(), released, ", as derived", latency.terms()))
                .orElseGet(() -> new Bound(AlertExpectation.DEFAULT_RESOLVES_WITHIN, released, "", List.of()));
    }

    /** The deadlines that its checks hold it to. */
    Deadlines deadlines() {
        var fires = bound();
        var resolves = resolution();
        var start = stimulus.filter(_ -> !caused.isEmpty()).map(StimulusTrace::starting);
        return new Deadlines(
                fires.from().or(() -> start).map(from -> from.plus(fires.time())),
                expectation.resolves() instanceof Deadline.NeverChecked
                        ? Optional.empty()
                        : resolves.from().map(from -> from.plus(resolves.time())));
    }

    private Check notInEffect(Finding verdict) {
        if (stimulus.flatMap(StimulusTrace::failure).isPresent() || over()) {
            return verdict.inconclusive(
                            "StimulusFailed",
                            "the stimulus was never in full effect, so the alert had no cause",
                            "nothing")
                    .brokeAt(Link.STIMULUS);
        }
        return verdict.open("waiting for the full effect of " + expectation.causedBy(), Optional.empty());
    }

    private Check fires(Bound fires) {
        var verdict = new Finding(
                ThresholdJudgement.name(Mode.PROOF, expectation),
                Family.FIRES,
                fires.within() + " of " + expectation.causedBy() + fires.anchor(),
                fires.terms());
        if (stimulus.isEmpty()) {
            var against =
                    run.stressed().isEmpty() && over() ? Preflight.against(run, expectation) : Optional.<Break>empty();
            if (against.isPresent()) {
                return verdict.inconclusive(
                                against.get().reason(), against.get().why() + "; nothing was stressed", "nothing")
                        .explained(against.get());
            }
            return over() || !run.broke().isEmpty() || !run.blind().isEmpty()
                    ? verdict.inconclusive("StimulusAbsent", expectation.causedBy() + " was never started", "nothing")
                            .brokeAt(Link.STIMULUS)
                    : verdict.open("waiting for " + expectation.causedBy() + " to start", Optional.empty());
        }
        var start = stimulus.get().starting();
        if (fires.from().isEmpty() && caused.isEmpty()) {
            return notInEffect(verdict);
        }
        var deadline = deadline(fires);
        if (!caused.isEmpty()) {
            var delivered = deliveredAt(caused.getFirst());
            var latency = Duration.between(start, delivered);
            var times = new Timing(run, expectation)
                    .of(
                            caused.getFirst(),
                            start,
                            stimulus.flatMap(StimulusTrace::applied).orElse(delivered),
                            delivered);
            return (delivered.isAfter(deadline)
                            ? late(verdict, start, deadline, delivered)
                            : delivered(verdict, latency, deadline))
                    .latency(latency)
                    .links(times);
        }
        if (stimulus.get().failure().isPresent()) {
            return verdict.inconclusive(
                            "StimulusFailed", "the stimulus could not be applied, so the alert had no cause", "nothing")
                    .brokeAt(Link.STIMULUS);
        }
        if (cutShort()) {
            return blind(verdict, start);
        }
        if (!over() && asOf.isBefore(deadline)) {
            return verdict.open("not delivered yet", Optional.of(deadline));
        }
        return silent(verdict, start, deadline);
    }

    private Check delivered(Finding verdict, Duration latency, Instant deadline) {
        var observed = "delivered after " + seconds(latency);
        var rule = caused.stream().anyMatch(episode -> !sightings.watched(episode) || sightings.inPrometheus(episode));
        if (!rule && !sightings.asked() && stimulus.orElseThrow().unreleased() && asOf.isBefore(deadline)) {
            // Of a pair of replicas the one that is not asked may be the first; a release now would keep the other
            // silent.
            return verdict.open(observed + "; waiting for Prometheus to be seen to hold it too", Optional.of(deadline));
        }
        return rule || !sightings.asked()
                ? verdict.passed("Delivered", observed)
                : verdict.inconclusive(
                                "NotFromPrometheus",
                                "it was delivered, and Prometheus neither was seen to hold it nor remembers it: somebody"
                                        + " else sent it to Alertmanager",
                                observed)
                        .brokeAt(Link.FIRING);
    }

    private Check late(Finding verdict, Instant start, Instant deadline, Instant delivered) {
        var late = "delivered %s after the deadline".formatted(seconds(Duration.between(deadline, delivered)));
        var observed = "delivered after " + seconds(Duration.between(start, delivered));
        if (run.blindBetween(start, delivered)) {
            return verdict.inconclusive(
                    "Blind", late + ", and Tocsin was not running for a part of that time", observed);
        }
        var refused = sightings.refusals(start, delivered);
        if (!refused.isEmpty()) {
            return unavailable(verdict, late + ", and Tocsin had turned notifications away", observed, refused);
        }
        return new Lateness(run, expectation, start, delivered)
                .why()
                .map(by ->
                        verdict.failed("Late", late + ": " + by.why(), observed).explained(by))
                .orElseGet(() -> verdict.failed("Late", late, observed).brokeAt(Link.DELIVERED));
    }

    private static Check unavailable(Finding finding, String message, String observed, List<RunState.Refusal> refused) {
        var by = new Break(
                Link.DELIVERED,
                "ReceiverUnavailable",
                message,
                refused.stream().map(Sightings::print).toList(),
                "look at the log of Tocsin, and at the space on its disk; then run again");
        return finding.inconclusive(by.reason(), by.why(), observed).explained(by);
    }

    /** With Tocsin its stimulus ended, so there is nothing any more that could make it ring. */
    private boolean cutShort() {
        return stimulus.filter(StimulusTrace::interrupted).isPresent()
                && run.scenario().stress().stream()
                        .filter(step -> step.name().equals(expectation.causedBy()))
                        .noneMatch(step -> step.stimulus().lasts());
    }

    private Check silent(Finding verdict, Instant start, Instant deadline) {
        var before = firingBefore(start);
        if (before.isPresent()) {
            return verdict.inconclusive(
                    "AlreadyFiring",
                    "it was firing before the stimulus, since " + before.get()
                            + ", so its notifications prove nothing; let it resolve and run again" + merged(start),
                    "an episode from before the stimulus");
        }
        if (!untold.isEmpty()) {
            return verdict.inconclusive(
                            "NotAttributable",
                            "it rang without a label that tells its target from "
                                    + run.neighbours().stream()
                                            .map(neighbour -> neighbour.target())
                                            .distinct()
                                            .collect(Collectors.joining(", "))
                                    + ", where a run went on too",
                            "rang: " + untold.getFirst().labels())
                    .brokeAt(Link.CONTRACT);
        }
        if (run.blindBefore(deadline)) {
            return blind(verdict, start);
        }
        if (run.truncated() > 0) {
            return verdict.inconclusive(
                            "Truncated",
                            "Alertmanager cut off " + run.truncated() + " alerts; it may have been among them",
                            "nothing")
                    .brokeAt(Link.GROUPED);
        }
        if (asOf.isBefore(deadline)) {
            return verdict.inconclusive("Undecided", "the run ended before the deadline, " + deadline, "nothing");
        }
        var unstored = sightings.unstored(start, deadline);
        if (!unstored.isEmpty()) {
            return unavailable(
                    verdict, "Tocsin could not store notifications, and this may have been one", "nothing", unstored);
        }
        var broken = new Explanation(run, expectation, start, asOf).undelivered();
        return broken.map(by -> verdict.failed(
                                "NotDelivered",
                                title + " did not ring: " + by.why(),
                                "no notification until the deadline")
                        .explained(by))
                .orElseGet(() -> verdict.failed(
                        "NotDelivered", title + " did not ring: no notification until the deadline", "nothing"));
    }

    private Check blind(Finding verdict, Instant start) {
        var blind = verdict.inconclusive("Blind", "Tocsin was not running in a part of the window", "nothing");
        var remembered = sightings.remembered().stream()
                .filter(span -> !span.until().isBefore(start))
                .map(Sightings::print)
                .toList();
        return remembered.isEmpty()
                ? blind
                : blind.explained(new Break(
                        Link.DELIVERED,
                        "Blind",
                        "it fired in Prometheus, and Tocsin was not there to hear of it",
                        remembered,
                        "run again"));
    }

    /** Alertmanager keeps the earlier start when an alert fires again before its last end was due. */
    private String merged(Instant start) {
        return sightings
                .rules()
                .flatMap(seen -> seen.sight().stream())
                .flatMap(rule -> rule.alerts().stream())
                .filter(alert -> alert.state().equals("firing")
                        && !alert.since().isBefore(start)
                        && matching().anyMatch(episode -> Sightings.same(alert.labels(), episode.labels())))
                .findFirst()
                .map(alert ->
                        ". Prometheus holds it firing since after the stimulus, and Alertmanager keeps the earlier"
                                + " start of one that had not run out")
                .orElse("");
    }

    /** Told under an earlier start as well, which Alertmanager took over when it heard of it: one alert, and an old one. */
    private boolean begunBefore(Episode episode) {
        var first = episode.delivered().orElseThrow();
        var start = stimulus.orElseThrow().starting();
        return matching()
                .filter(other -> other.labels().equals(episode.labels())
                        && other.startsAt().isBefore(start))
                .filter(other -> other.ended().orElse(Instant.MAX).isAfter(episode.startsAt()))
                .anyMatch(other -> other.delivered().orElseThrow().seq() > first.seq());
    }

    private Optional<Instant> firingBefore(Instant start) {
        var delivered = matching()
                .filter(episode -> !toldOver(episode, start)) // a load in the background may have ended it before
                .map(Episode::startsAt);
        var held = run.baseline().stream()
                .flatMap(baseline -> baseline.alerts().stream())
                .filter(alert -> expectation.matchers().match(alert.labels()))
                .map(alert -> alert.since());
        return Stream.concat(delivered, held)
                .filter(since -> since.isBefore(start))
                .min(Instant::compareTo);
    }

    private static boolean toldOver(Episode episode, Instant moment) {
        return episode.resolved().filter(told -> told.at().isBefore(moment)).isPresent()
                && episode.again().isEmpty();
    }

    private Check contract(Check fires) {
        var wanted = Stream.concat(
                        expectation.annotations().stream().map(name -> "annotation " + name),
                        expectation.receivers().stream().map(name -> "receiver " + name))
                .toList();
        var finding = new Finding(title + " contract", Family.CONTRACT, String.join(", ", wanted));
        if (caused.isEmpty()) {
            return undelivered(finding, fires);
        }
        var first = caused.getFirst();
        var missing = Stream.concat(
                        expectation.annotations().stream()
                                .filter(name -> first.annotations()
                                        .getOrDefault(name, "")
                                        .isBlank())
                                .map(name -> "annotation " + name),
                        expectation.receivers().stream()
                                .filter(name -> !first.receivers().contains(name))
                                .map(name -> "receiver " + name))
                .toList();
        var observed = "annotations %s, receivers %s"
                .formatted(first.annotations().keySet().stream().sorted().toList(), first.receivers());
        if (missing.isEmpty()) {
            return finding.passed("AsAgreed", observed);
        }
        var deadline = deadline(bound());
        return !over() && asOf.isBefore(deadline)
                ? finding.open("missing so far: " + String.join(", ", missing), Optional.of(deadline))
                : finding.failed("Missing", "delivered without " + String.join(", ", missing), observed)
                        .brokeAt(Link.CONTRACT);
    }

    private Check resolves(Check fires, Bound within) {
        var finding = new Finding(
                title + " resolves",
                Family.RESOLVES,
                "resolved within " + print(within.time()) + " of the release of " + expectation.causedBy()
                        + within.anchor(),
                within.terms());
        if (caused.isEmpty()) {
            return undelivered(finding, fires);
        }
        var released = stimulus.flatMap(StimulusTrace::released);
        if (released.isEmpty()) {
            return over() || stimulus.flatMap(StimulusTrace::stuck).isPresent()
                    ? finding.inconclusive("NotReleased", "the stimulus was never shown to be released", "still firing")
                    : finding.open("waiting for the release of " + expectation.causedBy(), Optional.empty());
        }
        var deadline = released.get().plus(within.time());
        var last = lastResolved();
        if (last.isPresent()) {
            var latency = Duration.between(released.get(), last.get());
            var doubt = recovery.doubt(caused, last.get());
            if (doubt.isPresent()) {
                return finding.inconclusive(
                                doubt.get().reason(), doubt.get().why(), "told resolved after " + seconds(latency))
                        .explained(doubt.get());
            }
            var refused = sightings.refusals(released.get(), last.get());
            if (last.get().isAfter(deadline) && run.blindBetween(released.get(), last.get())) {
                return finding.inconclusive(
                        "Blind",
                        "resolved after the deadline, and Tocsin was not running for a part of that time",
                        "resolved after " + seconds(latency));
            }
            if (last.get().isAfter(deadline) && !refused.isEmpty()) {
                return unavailable(
                        finding,
                        "resolved after the deadline, and Tocsin had turned notifications away",
                        "resolved after " + seconds(latency),
                        refused);
            }
            return last.get().isAfter(deadline)
                    ? finding.failed("Late", "resolved after the deadline", "resolved after " + seconds(latency))
                            .brokeAt(Link.RESOLVED)
                            .latency(latency)
                    : finding.passed(
                                    "Resolved",
                                    latency.isNegative()
                                            ? "resolved %s before the release was verified"
                                                    .formatted(seconds(latency.negated()))
                                            : "resolved after " + seconds(latency))
                            .latency(latency);
        }
        if (!over() && asOf.isBefore(deadline)) {
            return finding.open("still firing", Optional.of(deadline));
        }
        if (run.blindBefore(deadline)) {
            return finding.inconclusive("Blind", "Tocsin was not running in a part of the window", "still firing");
        }
        if (asOf.isBefore(deadline)) {
            return finding.inconclusive("Undecided", "the run ended before the deadline, " + deadline, "still firing");
        }
        return unresolved(finding, released.get(), deadline);
    }

    private Check unresolved(Finding finding, Instant released, Instant deadline) {
        var away = recovery.away(released, deadline);
        if (away.isPresent()) {
            return finding.inconclusive(
                            "PrometheusGap", away.get() + ", so nobody could tell that it has ended", "still firing")
                    .brokeAt(Link.RESOLVED);
        }
        if (run.truncated() > 0) {
            return finding.inconclusive(
                            "Truncated",
                            "Alertmanager cut off " + run.truncated() + " alerts; its end may have been among them",
                            "still firing")
                    .brokeAt(Link.GROUPED);
        }
        var unstored = sightings.unstored(released, deadline);
        if (!unstored.isEmpty()) {
            return unavailable(
                    finding,
                    "Tocsin could not store notifications, and its end may have been one",
                    "still firing",
                    unstored);
        }
        var message = title + " was not reported resolved until the deadline";
        return caused.stream()
                .filter(episode -> !over(episode))
                .flatMap(episode -> recovery.untold(episode).stream())
                .findFirst()
                .map(by -> finding.failed("NotResolved", message + ": " + by.why(), "still firing")
                        .explained(by))
                .orElseGet(() ->
                        finding.failed("NotResolved", message, "still firing").brokeAt(Link.RESOLVED));
    }

    private Check undelivered(Finding finding, Check fires) {
        return fires.open()
                ? finding.open("not delivered yet", fires.due())
                : finding.skipped("NeverDelivered", "there was no delivered alert to judge");
    }

    /** When the last of the caused episodes was reported resolved; empty while one still fires. */
    private Optional<Instant> lastResolved() {
        return caused.stream().allMatch(this::over)
                ? caused.stream()
                        .flatMap(episode -> toldResolved(episode).stream())
                        .max(Instant::compareTo)
                : Optional.empty();
    }

    /** One label set is one alert at a time: it is over when it was told to be, or when it has begun once more. */
    private boolean over(Episode episode) {
        return toldResolved(episode).isPresent()
                || caused.stream()
                        .anyMatch(other -> other.labels().equals(episode.labels())
                                && other.startsAt().isAfter(episode.startsAt()));
    }

    /** Its end may be told under an earlier start, which Alertmanager took over from a replica of Prometheus. */
    private Optional<Instant> toldResolved(Episode episode) {
        return caused.stream()
                .filter(other -> other.labels().equals(episode.labels()))
                .filter(other -> other.ended()
                        .filter(ended -> !ended.isBefore(episode.startsAt()))
                        .isPresent())
                .flatMap(other -> other.resolved().stream())
                .map(Episode.Sighting::at)
                .min(Instant::compareTo);
    }

    private Stream<Episode> matching() {
        return run.episodes().all().stream()
                .filter(episode -> expectation.matchers().match(episode.labels()));
    }

    private boolean over() {
        return run.ended().isPresent();
    }

    private static Instant deliveredAt(Episode episode) {
        return episode.delivered().orElseThrow().at();
    }

    private static String print(Duration duration) {
        return Durations.print(duration);
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }
}
