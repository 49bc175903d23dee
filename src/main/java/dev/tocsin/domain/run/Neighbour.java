package dev.tocsin.domain.run;

import dev.tocsin.domain.alert.Labels;

/**
 * A run on another target that goes on at the same time, and may ring alerts of the same names.
 *
 * @param labels what alerts of its target carry; empty when that is not known
 */
public record Neighbour(RunId run, String target, Labels labels) {

    /** Whether no alert can carry both its labels and these. */
    public boolean toldFrom(Labels others) {
        return labels.contradicts(others);
    }

    Neighbour with(Labels known) {
        return new Neighbour(run, target, known);
    }
}
