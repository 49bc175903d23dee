package dev.tocsin.stress;

import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.node.Restarts;
import java.util.Optional;

/**
 * What is known of a target beside its PostgreSQL.
 *
 * @param pod the pod behind it
 * @param pods the Kubernetes API
 * @param agents how agents on the nodes are asked to restart them
 * @param standby a standby of it that may be stressed too
 * @param standbyPod the pod behind that
 * @param exporterRole the role with which its exporter logs in
 * @param exporterPod the pod of its exporter
 */
public record Surroundings(
        Optional<PodSelector> pod,
        Optional<Pods> pods,
        Optional<Restarts> agents,
        Optional<PostgresTarget> standby,
        Optional<PodSelector> standbyPod,
        Optional<String> exporterRole,
        Optional<PodSelector> exporterPod) {
    /** Nothing is. */
    public static final Surroundings NONE = new Surroundings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Only a pod. */
    public static Surroundings of(PodSelector pod, Pods pods, Optional<Restarts> agents) {
        return new Surroundings(
                Optional.of(pod),
                Optional.of(pods),
                agents,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
