package dev.tocsin.draft;

import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.rules.RuleFinding;
import java.util.List;
import java.util.Optional;

/**
 * What became of one alerting rule.
 *
 * @param scenario what was written for it
 * @param reason why nothing was; empty when something was
 * @param findings what is wrong with the rule, or worth a look
 * @param notes what one should know of the scenario
 */
public record Drafted(
        RuleFile.AlertRule rule,
        Optional<DraftedScenario> scenario,
        String reason,
        List<RuleFinding> findings,
        List<String> notes) {
    public Drafted {
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    /**
     * A scenario that can be read by {@code ScenarioReader}.
     *
     * @param stimulus what makes the rule fire
     * @param fires how long after its start, in seconds
     */
    public record DraftedScenario(String name, String text, Stimulus stimulus, String intensity, double fires) {}

    static Drafted not(RuleFile.AlertRule rule, String reason, List<RuleFinding> findings) {
        return new Drafted(rule, Optional.empty(), reason, findings, List.of());
    }

    /** Whether the rule can never fire as it is written, whatever is done. */
    public boolean neverFires() {
        return scenario.isEmpty()
                && findings.stream()
                        .anyMatch(finding -> finding.certain() && finding.kind().silences());
    }
}
