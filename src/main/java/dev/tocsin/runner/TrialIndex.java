package dev.tocsin.runner;

import dev.tocsin.domain.chain.RuleVersion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.domain.verdict.RuleTrial;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What runs showed of the rules behind their alerts. It follows from the journal, which is read for it once, at the start;
 * of each rule as it was at some time only the latest trial of each result is kept, and no other would ever count.
 */
public final class TrialIndex {
    private final Map<RuleVersion, Map<Check.Result, RuleTrial>> latest = new HashMap<>();

    /** Runs of earlier lives whose end has not been read yet. */
    private final Map<RunId, RunState> unended = new HashMap<>();

    /** Takes in a fact of an earlier life; all of them come in their order, before anything is admitted. */
    synchronized void remember(Recorded recorded) {
        unended.replaceAll((_, state) -> state.after(recorded));
        switch (recorded.fact()) {
            case Fact.RunAdmitted admitted
            when mayTry(admitted.scenario()) -> unended.put(admitted.run(), RunState.admitted(recorded, admitted));
            case Fact.RunEnded(var run) -> {
                var state = unended.remove(run);
                if (state != null) {
                    ended(state);
                }
            }
            default -> {}
        }
    }

    /** All of the journal was read; a run that has not ended in it is taken up, and told of when it ends. */
    synchronized void remembered() {
        unended.clear();
    }

    /** Takes in a run that has ended; the same run a second time changes nothing. */
    synchronized void ended(RunState run) {
        for (var trial : RuleTrial.of(run)) {
            latest.computeIfAbsent(trial.rule(), _ -> new EnumMap<>(Check.Result.class))
                    .merge(trial.result(), trial, (known, other) -> other.at().isBefore(known.at()) ? known : other);
        }
    }

    /** The latest trial of each result, of every rule that was ever tried. */
    public synchronized List<RuleTrial> all() {
        return latest.values().stream()
                .flatMap(ofOne -> ofOne.values().stream())
                .toList();
    }

    /** Folding the others would tell nothing of a rule. */
    private static boolean mayTry(Scenario scenario) {
        return scenario.mode() == Mode.PROOF && !scenario.alerts().isEmpty();
    }
}
