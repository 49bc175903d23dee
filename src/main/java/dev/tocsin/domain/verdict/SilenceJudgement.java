package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.ActiveAlert;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Check.Family;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges that alerts did not ring; silence counts only while something could be heard. */
final class SilenceJudgement {
    private SilenceJudgement() {}

    static Check mustStaySilent(RunState run, Matchers matchers) {
        var finding = new Finding(matchers.title() + " stays silent", Family.NEVER, "silent for the whole run");
        var rang = rangInRun(run).stream()
                .filter(episode -> matchers.match(episode.labels()))
                .toList();
        var ours = rang.stream()
                .filter(episode -> !run.untold(matchers, episode.labels()))
                .toList();
        if (!ours.isEmpty()) {
            return finding.failed("Rang", "it rang: " + list(ours), list(ours));
        }
        if (!rang.isEmpty()) {
            return finding.inconclusive(
                    "NotAttributable",
                    "it rang without a label that tells its target from others, where runs went on too: " + list(rang),
                    list(rang));
        }
        var held = run.baseline().stream()
                .flatMap(baseline -> baseline.alerts().stream())
                .filter(alert -> matchers.match(alert.labels()))
                .map(ActiveAlert::since);
        var delivered = run.episodes().all().stream()
                .filter(episode -> matchers.match(episode.labels()))
                .map(Episode::startsAt);
        var before = Stream.concat(held, delivered).min(Instant::compareTo);
        if (before.isPresent()) {
            return finding.inconclusive(
                    "AlreadyFiring", "it was active before the run, since " + before.get(), "active before the run");
        }
        var unheard = unheard(run, matchers);
        if (!unheard.isEmpty()) {
            return finding.inconclusive(
                            "FiredUnheard", "it fired in Prometheus, and no notification told of it", "no notification")
                    .explained(new Break(
                            Link.DELIVERED,
                            "FiredUnheard",
                            "it fired in Prometheus, and no notification told of it",
                            unheard,
                            "look at why it fired, and at what kept it from being told"));
        }
        return silence(finding, run, remembersAll(run, matchers));
    }

    /** Whether Prometheus was there all the time and was asked after the last time that Tocsin was away. */
    private static boolean remembersAll(RunState run, Matchers matchers) {
        var back = run.blind().stream().map(RunState.BlindWindow::until).max(Instant::compareTo);
        return back.isPresent()
                && run.chain().gaps("Prometheus").isEmpty()
                && run.chain()
                        .all(Sight.HistorySeen.class)
                        .anyMatch(seen -> seen.sight().title().equals(matchers.title())
                                && seen.at().isAfter(back.get()));
    }

    /** What Prometheus remembers of the time of the run, and what was seen of its alerts. */
    private static List<String> unheard(RunState run, Matchers matchers) {
        return new Sightings(run, matchers)
                .remembered().stream()
                        .filter(span -> !span.until().isBefore(run.admitted()))
                        .map(Sightings::print)
                        .toList();
    }

    static Check nothingUnexpected(RunState run) {
        var finding = new Finding("nothing unexpected", Family.UNEXPECTED, "no other alert begins in the run");
        var strangers = unexpected(run);
        return strangers.isEmpty()
                ? silence(finding, run, false)
                : finding.failed("Rang", "also rang: " + list(strangers), list(strangers));
    }

    /** Episodes that began in the run and that the scenario says nothing about. */
    static List<Episode> unexpected(RunState run) {
        return rangInRun(run).stream()
                .filter(episode -> !run.foreign(episode.labels()) && !run.untold(episode.labels()))
                .filter(episode -> run.scenario().alerts().stream()
                        .noneMatch(expectation -> expectation.matchers().match(episode.labels())))
                .filter(episode ->
                        run.scenario().never().stream().noneMatch(matchers -> matchers.match(episode.labels())))
                .toList();
    }

    /** Silence of an alert; {@code remembered} whether it is known also of the times in which Tocsin was away. */
    private static Check silence(Finding finding, RunState run, boolean remembered) {
        if (run.ended().isEmpty()) {
            return finding.open("silent so far", Optional.empty());
        }
        if (!run.blind().isEmpty() && !remembered) {
            return finding.inconclusive("Blind", "Tocsin was not running for a part of the run", "nothing");
        }
        var away = run.ended()
                .flatMap(ended -> run.chain().gaps("Prometheus").stream()
                        .filter(gap -> gap.touches(run.admitted(), ended))
                        .filter(gap -> gap.restarted() || gap.until().isEmpty())
                        .findFirst());
        if (away.isPresent()) {
            return finding.inconclusive(
                    "PrometheusGap", away.get() + ", so nothing could ring in that time", "nothing");
        }
        var unstored = run.refusals().stream()
                .filter(refusal -> refusal.status() >= 500)
                .findFirst();
        if (unstored.isPresent()) {
            return finding.inconclusive(
                    "ReceiverUnavailable",
                    "Tocsin could not store notifications, and this may have been one: "
                            + Sightings.print(unstored.get()),
                    "nothing");
        }
        if (run.truncated() > 0) {
            return finding.inconclusive(
                    "Truncated",
                    "Alertmanager cut off " + run.truncated() + " alerts; it may have been among them",
                    "nothing");
        }
        if (run.stressed().values().stream().allMatch(SilenceJudgement::neverApplied)) {
            var unmet = run.chain().unmetNeeds();
            return finding.inconclusive(
                    "NoStimulus",
                    "nothing was done that could have rung it"
                            + (unmet.isEmpty() ? "" : ", for " + String.join(", and ", unmet)),
                    "nothing");
        }
        if (run.notifications() == 0 && run.scenario().mode() != Mode.PROOF) {
            return finding.skipped("NothingHeard", "nothing was heard, as is right below the threshold");
        }
        if (run.notifications() == 0) {
            return finding.inconclusive(
                    "NothingHeard",
                    "not one notification arrived in the run, so its silence proves nothing",
                    "nothing");
        }
        return finding.passed("Silent", "silent, while " + run.notifications() + " notifications were heard");
    }

    private static boolean neverApplied(StimulusTrace trace) {
        return trace.applied().isEmpty();
    }

    private static List<Episode> rangInRun(RunState run) {
        return run.episodes().all().stream()
                .filter(episode -> !episode.startsAt().isBefore(run.admitted()))
                .toList();
    }

    private static String list(List<Episode> episodes) {
        return episodes.stream()
                .map(episode -> episode.labels() + " since " + episode.startsAt())
                .collect(Collectors.joining("; "));
    }
}
