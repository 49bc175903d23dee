package dev.tocsin.domain.doctor;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What was seen of one configured target.
 *
 * @param problem why its PostgreSQL could not be asked; then there is no server
 * @param pod absent where the target names none
 */
public record TargetSeen(
        String name,
        boolean optedIn,
        Address address,
        Optional<ServerSeen> server,
        Optional<String> problem,
        Optional<PodSeen> pod) {

    /** How it is connected to. */
    public record Address(String host, int port, String database, String user, String sslMode) {
        /** As psql takes it. */
        String conninfo() {
            return "host=%s port=%d dbname=%s user=%s sslmode=%s".formatted(host, port, database, user, sslMode);
        }

        boolean loopback() {
            return host.equals("localhost") || host.startsWith("127.") || host.equals("::1") || host.startsWith("/");
        }
    }

    /**
     * What the server says of itself and of the role.
     *
     * @param versionNumber as {@code server_version_num}
     * @param reserved slots that are kept back for superusers and the like
     * @param taken connections of everybody
     * @param roleLimit the role's own {@code CONNECTION LIMIT}; -1 for none
     * @param tls the protocol of this connection; empty where it is in clear text
     */
    public record ServerSeen(
            String version,
            int versionNumber,
            boolean superuser,
            int maxConnections,
            int reserved,
            int taken,
            int roleLimit,
            Optional<String> tls) {}

    /**
     * The pod behind it.
     *
     * @param allowed whether each verb on pods that is needed is allowed
     * @param others rights on other things: that a configured node agent needs, or that tell the storage
     * @param pods what the selector matches: a name and whether it is ready
     * @param problem what the API server refused, or that it does not answer
     */
    public record PodSeen(
            String namespace,
            String selector,
            SortedMap<String, Boolean> allowed,
            List<Right> others,
            List<SelectedPod> pods,
            Optional<String> problem) {
        public PodSeen {
            others = List.copyOf(others);
            pods = List.copyOf(pods);
        }
    }

    /**
     * A right beyond the target's own namespace, or of no need.
     *
     * @param where a namespace, or the cluster
     * @param needed whether a scenario cannot be run without it
     * @param manifests what gives it
     */
    public record Right(
            String verb, String resource, String where, boolean allowed, boolean needed, String manifests) {}

    /**
     * One that is selected.
     *
     * @param optedIn whether its annotation lets scenarios touch it
     */
    public record SelectedPod(String name, boolean ready, boolean optedIn) {}
}
