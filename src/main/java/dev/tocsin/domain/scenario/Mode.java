package dev.tocsin.domain.scenario;

import java.util.Locale;

/** What a run of a scenario is to show. */
public enum Mode {
    /** The expected alerts ring. */
    PROOF,

    /** Below the threshold they stay silent: an alert that always rings would pass every proof. */
    CONTROL,

    /** Whether they ring at this intensity is not known yet, and either answer will do. */
    PROBE;

    /** The name in requests, verdicts and metrics. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws {@link IllegalArgumentException} for what is none of them. */
    public static Mode parse(String text) {
        for (var mode : values()) {
            if (mode.toString().equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is none of proof, control and probe");
    }
}
