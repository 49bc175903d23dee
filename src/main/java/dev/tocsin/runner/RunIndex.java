package dev.tocsin.runner;

import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which runs there were, and where in the journal each stands. */
public final class RunIndex {
    /** A request that was answered before, by its client's key. */
    record Answered(RunId run, String digest) {}

    private final Map<RunId, RunSummary> runs = new ConcurrentHashMap<>();
    private final Map<RunId, Instant> stressedFrom = new ConcurrentHashMap<>();
    private final Map<String, Answered> byKey = new ConcurrentHashMap<>();

    /** Keeps what a fact says of a run. */
    void heard(Recorded recorded) {
        switch (recorded.fact()) {
            case Fact.RunAdmitted admitted -> {
                runs.put(
                        admitted.run(),
                        new RunSummary(
                                admitted.run(),
                                admitted.scenario().name(),
                                admitted.scenario().mode(),
                                admitted.target(),
                                recorded.at(),
                                Optional.empty(),
                                Optional.empty(),
                                recorded.seq(),
                                Optional.empty()));
                admitted.idempotency()
                        .ifPresent(key -> byKey.put(key.key(), new Answered(admitted.run(), key.digest())));
            }
            case Fact.StimulusStarting starting -> stressedFrom.putIfAbsent(starting.run(), recorded.at());
            case Fact.RunEnded(var run) ->
                runs.computeIfPresent(run, (_, known) -> known.ended(recorded.at(), recorded.seq()));
            case Fact.VerdictReached reached ->
                runs.computeIfPresent(reached.run(), (_, known) -> known.judged(reached.conclusion()));
            default -> {}
        }
    }

    public Optional<RunSummary> find(RunId run) {
        return Optional.ofNullable(runs.get(run));
    }

    /** Every run, newest first. */
    public List<RunSummary> newestFirst() {
        return runs.values().stream()
                .sorted(Comparator.comparingLong(RunSummary::firstSeq).reversed())
                .toList();
    }

    /** When runs that have ended since a moment stressed a target, in the order of time. */
    List<Sight.StressedBefore.Time> stressed(String target, Instant since) {
        return runs.values().stream()
                .filter(run -> run.target().equals(target))
                .flatMap(run -> run.endedAt().filter(since::isBefore).stream()
                        .flatMap(until -> Optional.ofNullable(stressedFrom.get(run.id())).stream()
                                .map(from ->
                                        new Sight.StressedBefore.Time(run.id().toString(), from, until))))
                .sorted(Comparator.comparing(Sight.StressedBefore.Time::from))
                .toList();
    }

    Optional<Answered> answered(String key) {
        return Optional.ofNullable(byKey.get(key));
    }
}
