package dev.tocsin.draft;

import dev.tocsin.draft.model.Server;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The series that a Prometheus has of a metric beside what the model says: labels of targets, and values at rest. */
interface Surroundings {
    /**
     * A series that is there at rest.
     *
     * @param slope what it grows by in a second
     */
    record Present(SortedMap<String, String> labels, Server.Role role, double value, double slope) {}

    /** Series of a metric that are there; nothing when only the model tells. */
    Optional<List<Present>> present(String metric, Collection<String> own);

    /** The labels of the target that gives a metric. */
    Map<String, String> target(Server.Role role, String metric, Collection<String> own);
}
