package dev.tocsin.evidence;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Latency;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.domain.verdict.LinkTime;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.journal.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code verdict.json}: everything that was concluded, and the piece of the journal that it follows from. */
public record VerdictDocument(
        String schemaVersion,
        String kind,
        Conclusion verdict,
        Run run,
        List<String> reasons,
        List<JudgedCheck> checks,
        List<String> warnings,
        Map<String, Stimulus> stimuli,
        List<SeenAlert> alerts,
        Optional<DurabilityDocument> durability,
        JournalPiece journal) {

    /** What was run, for whom, and when. */
    public record Run(
            String id,
            String scenario,
            Mode mode,
            String title,
            Optional<String> owner,
            Optional<String> runbook,
            List<String> controls,
            String target,
            Map<String, String> parameters,
            String requestedBy,
            Optional<String> reason,
            Instant admittedAt,
            Instant endedAt,
            double seconds) {}

    /** A check as programs read it. */
    public record JudgedCheck(
            String name,
            String family,
            String result,
            String reason,
            String message,
            String expected,
            String observed,
            Optional<String> brokeAt,
            List<String> evidence,
            Optional<String> next,
            List<TimedLink> links,
            List<DeadlineTerm> deadline,
            Optional<Double> latencySeconds) {

        /** A check with its times in seconds. */
        public static JudgedCheck of(Check check) {
            return new JudgedCheck(
                    check.name(),
                    lower(check.family()),
                    lower(check.result()),
                    check.reason(),
                    check.message(),
                    check.expected(),
                    check.observed(),
                    check.brokeAt(),
                    check.evidence(),
                    check.next(),
                    check.links().stream().map(TimedLink::of).toList(),
                    check.deadline().stream().map(DeadlineTerm::of).toList(),
                    check.latency().map(VerdictDocument::seconds));
        }
    }

    /** How long a link took, beside the least that the deployed configuration allows. */
    public record TimedLink(String link, String what, double seconds, double floorSeconds) {
        static TimedLink of(LinkTime time) {
            return new TimedLink(
                    time.link().toString(),
                    time.what(),
                    VerdictDocument.seconds(time.took()),
                    VerdictDocument.seconds(time.floor()));
        }
    }

    /** One term of a derived deadline: what passes in any case, and what may pass with nothing wrong. */
    public record DeadlineTerm(String link, String what, double leastSeconds, double mostSeconds) {
        static DeadlineTerm of(Latency.Term term) {
            return new DeadlineTerm(
                    term.link().toString(),
                    term.what(),
                    VerdictDocument.seconds(term.least()),
                    VerdictDocument.seconds(term.most()));
        }
    }

    /** One stimulus, from its start to its verified end. */
    public record Stimulus(
            String kind,
            Instant startingAt,
            Optional<Instant> appliedAt,
            Optional<Instant> releasedAt,
            Optional<String> failure,
            List<Effect> effects,
            List<String> summary) {}

    /** One episode that notifications told of during the run. */
    public record SeenAlert(
            Labels labels,
            Instant startsAt,
            Optional<Instant> firstDeliveredAt,
            Optional<Instant> resolvedDeliveredAt,
            Optional<Instant> endsAt,
            Set<String> receivers,
            int deliveries,
            Map<String, String> annotations) {

        /** An episode as it is listed. */
        public static SeenAlert of(Episode episode) {
            return new SeenAlert(
                    episode.labels(),
                    episode.startsAt(),
                    episode.delivered().map(Episode.Sighting::at),
                    episode.resolved().map(Episode.Sighting::at),
                    episode.endsAt(),
                    episode.receivers(),
                    episode.deliveries(),
                    episode.annotations());
        }
    }

    /** Where in the journal the run stands, and the hash that the piece ends with. */
    public record JournalPiece(long firstSeq, long lastSeq, int facts, String lastHash) {}

    /** Puts together what a finished run proved. */
    static VerdictDocument of(RunState run, Verdict verdict, List<Entry> entries) {
        var ended = run.ended().orElseThrow();
        var scenario = run.scenario();
        return new VerdictDocument(
                "tocsin.dev/v1alpha1",
                "Verdict",
                verdict.conclusion().orElseThrow(),
                new Run(
                        run.run().toString(),
                        scenario.name(),
                        scenario.mode(),
                        scenario.title(),
                        scenario.owner(),
                        scenario.runbook(),
                        scenario.controls(),
                        run.target(),
                        scenario.parameters(),
                        run.requestedBy(),
                        run.reason(),
                        run.admitted(),
                        ended,
                        seconds(Duration.between(run.admitted(), ended))),
                verdict.reasons(),
                verdict.checks().stream().map(JudgedCheck::of).toList(),
                verdict.warnings(),
                stimuli(run),
                run.episodes().all().stream().map(SeenAlert::of).toList(),
                DurabilityDocument.of(run),
                new JournalPiece(
                        entries.getFirst().seq(),
                        entries.getLast().seq(),
                        entries.size(),
                        entries.getLast().hash()));
    }

    private static Map<String, Stimulus> stimuli(RunState run) {
        var stimuli = new java.util.LinkedHashMap<String, Stimulus>();
        for (var load : run.scenario().background()) {
            run.stimulus(load.name())
                    .ifPresent(trace ->
                            stimuli.put(load.name(), stimulus(load.stimulus().kind(), trace)));
        }
        for (var step : run.scenario().steps()) {
            run.stimulus(step.name())
                    .ifPresent(trace ->
                            stimuli.put(step.name(), stimulus(step.stimulus().kind(), trace)));
        }
        return stimuli;
    }

    private static Stimulus stimulus(String kind, StimulusTrace trace) {
        return new Stimulus(
                kind,
                trace.starting(),
                trace.applied(),
                trace.released(),
                trace.failure().or(trace::stuck),
                trace.effects(),
                trace.effects().stream().map(Effect::summary).toList());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
