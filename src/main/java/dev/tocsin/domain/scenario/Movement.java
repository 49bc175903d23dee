package dev.tocsin.domain.scenario;

/** Which way a signal must leave what it was before the stimulus. */
public enum Movement {
    UP,
    DOWN,
    EITHER
}
