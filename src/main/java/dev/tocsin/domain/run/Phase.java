package dev.tocsin.domain.run;

/** What a run is doing. */
public enum Phase {
    /** Nothing has been done to the target yet. */
    PREPARING,
    /** At least one stimulus has started and not every stimulus has been released. */
    STRESSING,
    /** Everything was released; alerts resolve. */
    RECOVERING,
    /** Nothing more will happen. */
    ENDED
}
