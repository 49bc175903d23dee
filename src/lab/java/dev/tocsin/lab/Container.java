package dev.tocsin.lab;

import java.time.Duration;

/** What runs in a pod of the lab. */
interface Container {
    void start() throws LabException, InterruptedException;

    boolean alive();

    /** Whether it serves. */
    boolean ready();

    /** SIGKILL for the whole family. */
    void kill() throws InterruptedException;

    /** Asks it to stop, and kills it when the grace period is over. */
    void stop(Duration grace) throws LabException, InterruptedException;

    /** What it said last. */
    String lastLines();
}
