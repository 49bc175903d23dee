package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.verdict.Preflight;

/** Judges clocks by the bound that a run is refused for. */
final class Clocks {
    /** Alertmanager tells whole seconds only. */
    private static final long COARSE = 1000;

    private Clocks() {}

    static Finding judge(String whose, Sight.SourceSeen about) {
        var wire = new Wire(whose + ": clock", Link.ACCEPTED);
        if (about.aheadMillis().isEmpty()) {
            return wire.skipped("it does not tell the time");
        }
        var ahead = about.aheadMillis().get();
        var observed = Math.abs(ahead) <= COARSE
                ? "within a second of Tocsin's"
                : "%.1f s %s Tocsin's".formatted(Math.abs(ahead) / 1000.0, ahead > 0 ? "ahead of" : "behind");
        return Math.abs(ahead) > Preflight.MOST_SKEW.toMillis()
                ? wire.failed(
                        observed + "; alerts may be taken for older ones, or for ended",
                        "bring both clocks to the same time. Try: chronyc tracking, on both machines")
                : wire.passed(observed);
    }
}
