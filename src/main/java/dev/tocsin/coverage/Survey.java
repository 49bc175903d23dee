package dev.tocsin.coverage;

import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.coverage.Coverage;
import dev.tocsin.observe.Observers;
import dev.tocsin.runner.TrialIndex;
import dev.tocsin.scenarios.ScenarioCatalog;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Asks Prometheus for its rules, Alertmanager for what mutes them, and the journal's index what is known of each. Calls block. */
public final class Survey {
    /** Without the loaded rules nothing is known, least of all that nothing is unproven. */
    public static final class RulesUnknownException extends Exception {
        private static final long serialVersionUID = 1L;

        private RulesUnknownException(IOException why) {
            super(why.getMessage(), why);
        }
    }

    private final Observers observers;
    private final TrialIndex trials;
    private final ScenarioCatalog scenarios;
    private final Duration expiresAfter;
    private final InstantSource clock;

    /**
     * Makes a survey.
     *
     * @param expiresAfter how long a proof is good for
     */
    public Survey(
            Observers observers,
            TrialIndex trials,
            ScenarioCatalog scenarios,
            Duration expiresAfter,
            InstantSource clock) {
        this.observers = observers;
        this.trials = trials;
        this.scenarios = scenarios;
        this.expiresAfter = expiresAfter;
        this.clock = clock;
    }

    /**
     * Which rules are loaded now, and which of them are proven.
     *
     * @throws RulesUnknownException that says why Prometheus cannot tell
     * @throws IOException when the folders of scenarios cannot be read
     */
    public Coverage take() throws RulesUnknownException, IOException, InterruptedException {
        var loaded = loaded();
        var usable =
                scenarios.all().stream().flatMap(one -> one.scenario().stream()).toList();
        return Coverage.of(loaded, trials.all(), usable, observers.routings(), expiresAfter, clock.instant());
    }

    private List<Rule> loaded() throws RulesUnknownException, InterruptedException {
        try {
            return observers.rules();
        } catch (IOException e) {
            throw new RulesUnknownException(e);
        }
    }
}
