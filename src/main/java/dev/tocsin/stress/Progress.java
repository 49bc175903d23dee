package dev.tocsin.stress;

/** What a driver tells while it works, and how it learns that it should stop. */
public interface Progress {
    void report(String progress);

    boolean stopped();
}
