package dev.tocsin.domain.verdict;

import dev.tocsin.domain.run.RunState;

/** Whether what Prometheus remembers can tell more than what was seen. */
public final class History {
    private History() {}

    /**
     * When something is to be explained, or may have happened unseen: Tocsin or Prometheus was away, or a notification
     * could not be stored or did not come from the Prometheus that was watched.
     */
    public static boolean wanted(RunState run, Verdict verdict) {
        return verdict.checks().stream().anyMatch(History::unexplained)
                || !run.blind().isEmpty()
                || !run.chain().gaps("Prometheus").isEmpty()
                || run.refusals().stream().anyMatch(refusal -> refusal.status() >= 500)
                || run.scenario().alerts().stream()
                        .map(expectation -> new Sightings(run, expectation.matchers()))
                        .anyMatch(sightings -> run.episodes().all().stream()
                                .filter(episode -> sightings.matchers().match(episode.labels()))
                                .anyMatch(episode -> !sightings.inPrometheus(episode)));
    }

    private static boolean unexplained(Check check) {
        return switch (check.family()) {
            case FIRES, RESOLVES -> check.result() != Check.Result.PASSED;
            case THRESHOLD -> true;
            case CONTRACT, NEVER, UNEXPECTED, SIGNAL, STAYS, DURABILITY -> false;
        };
    }
}
