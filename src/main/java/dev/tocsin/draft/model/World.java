package dev.tocsin.draft.model;

import java.util.List;
import java.util.Optional;

/**
 * What is known of a target before anything is done to it.
 *
 * @param database in which Tocsin's sessions work
 * @param databases all that one can connect to
 * @param exporterDatabase to which the exporter connects, so that it is never idle
 * @param sessions how many clients there are already
 * @param standby whether there is one
 * @param canary a relation in a schema of ours that a query of the exporter reads
 */
public record World(
        String database,
        List<String> databases,
        String exporterDatabase,
        Settings settings,
        int sessions,
        boolean standby,
        Optional<String> canary) {
    public World {
        databases = List.copyOf(databases);
    }

    /** A fresh server, as far as nothing is known of it. */
    public static World fresh(boolean standby, Optional<String> canary) {
        return new World("app", List.of("app", "postgres"), "app", Settings.defaults(), 3, standby, canary);
    }

    public World withSettings(Settings other) {
        return new World(database, databases, exporterDatabase, other, sessions, standby, canary);
    }

    public World withCanary(String relation) {
        return new World(database, databases, exporterDatabase, settings, sessions, standby, Optional.of(relation));
    }

    public World withStandby() {
        return new World(database, databases, exporterDatabase, settings, sessions, true, canary);
    }

    /** With nobody connected but the exporter. */
    World alone() {
        return new World(database, databases, exporterDatabase, settings, 1, standby, canary);
    }

    /** As it is when the exporter connects to another database, or Tocsin works in another. */
    public World in(String own, String exporters) {
        return new World(own, databases, exporters, settings, sessions, standby, canary);
    }

    /** How many sessions there may be while the slots that are kept for superusers stay free. */
    public int usable() {
        return settings.maxConnections() - Math.max(3, settings.reserved());
    }
}
