package dev.tocsin.lab;

import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Prepared;
import dev.tocsin.stress.StressException;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A primary and its standby in pods, for what is done to the two or to the way to them. */
final class StandbyBed implements AutoCloseable {
    private static final Duration BOUND = Duration.ofMinutes(5);

    private final Path home = Lab.newHome();
    private final Secrets secrets = Secrets.random();
    private final Vertx vertx = Vertx.vertx();
    private final List<Integer> ports = Ports.free(3);
    private final PostgresServer primary;
    private final Standby standby;
    private final LabCluster cluster;
    private final Gate gate;
    private final KubernetesPods pods;

    StandbyBed() throws Exception {
        this(new Binaries(Binaries.defaultCache(), System.err::println).postgres());
    }

    /** @param bin with the programs of another PostgreSQL than the machine's */
    StandbyBed(Path bin) throws Exception {
        primary = PostgresServer.createWhole(bin, home.resolve("postgres"), ports.get(0), secrets);
        cluster = new LabCluster(primary, secrets.restart().getPublic());
        standby = new Standby(primary, bin, home.resolve("standby"), ports.get(1), LabCluster.STANDBY, secrets);
        cluster.run(standby);
        gate = new Gate(ports.get(2), ports.get(0));
        cluster.guard("postgresql", gate);
        cluster.describe("postgres-exporter-0", "postgres-exporter");
        pods = new KubernetesPods(cluster.connect());
    }

    Secrets secrets() {
        return secrets;
    }

    Standby standby() {
        return standby;
    }

    LabCluster cluster() {
        return cluster;
    }

    Pods pods() {
        return pods;
    }

    /** All that a target may name. */
    Surroundings whole() {
        return around(pods, Optional.of(new PodSelector(LabCluster.NAMESPACE, LabCluster.STANDBY_SELECTOR)));
    }

    Surroundings around(Pods known, Optional<PodSelector> standbyPod) {
        return new Surroundings(
                Optional.of(new PodSelector(LabCluster.NAMESPACE, LabCluster.SELECTOR)),
                Optional.of(known),
                Optional.empty(),
                Optional.of(target().at("127.0.0.1", standby.port())),
                standbyPod,
                Optional.of(PostgresServer.EXPORTER_ROLE),
                Optional.of(new PodSelector(LabCluster.NAMESPACE, LabCluster.EXPORTER_SELECTOR)));
    }

    Stressor stressor(Surroundings around) {
        return new Stressor("bed", vertx, target(), around);
    }

    Stressor stressor() {
        return stressor(whole());
    }

    private PostgresTarget target() {
        return new PostgresTarget(
                "127.0.0.1",
                primary.port(),
                PostgresServer.DATABASE,
                PostgresServer.STRESS_ROLE,
                secrets.stress(),
                "disable",
                Optional.empty());
    }

    /** Readies a stimulus, as a run of its own. */
    Prepared prepare(Stressor stressor, Stimulus stimulus) throws StressException, InterruptedException {
        return stressor.prepare(new RunId(UUID.randomUUID()), 0, stimulus, BOUND);
    }

    /** What a run would be told that is missing. */
    List<Sight.Unmet> unmet(Stressor stressor, Stimulus stimulus) throws InterruptedException {
        return stressor.needs(Map.of(stimulus.kind(), stimulus), BOUND)
                .getFirst()
                .unmet();
    }

    /** Everything a stimulus could leave behind, on both servers. */
    List<String> belongings() throws LabException {
        var all = new ArrayList<String>();
        Belongings.of(vertx, primary.superuser()).forEach(line -> all.add("primary: " + line));
        Belongings.of(vertx, standby.superuser()).forEach(line -> all.add("standby: " + line));
        return all;
    }

    List<String> changedSince(List<String> before) throws LabException {
        return Belongings.difference(before, belongings());
    }

    /** The one value that the superuser is given by the primary. */
    String ask(String sql) throws Exception {
        return ask(primary.superuser(), sql);
    }

    String askStandby(String sql) throws Exception {
        return ask(standby.superuser(), sql);
    }

    /** Statements of the superuser, on the primary. */
    void superuser(String... statements) throws Exception {
        var connection = PgConnection.connect(vertx, primary.superuser()).await();
        for (var statement : statements) {
            connection.query(statement).execute().await();
        }
        connection.close().await();
    }

    /** A session as the exporter has one, through the gate; whoever opens it closes it. */
    PgConnection exporter() throws Exception {
        return PgConnection.connect(
                        vertx,
                        primary.superuser()
                                .setPort(gate.port())
                                .setUser(PostgresServer.EXPORTER_ROLE)
                                .setPassword(secrets.exporter()))
                .await();
    }

    private String ask(PgConnectOptions options, String sql) throws Exception {
        var connection = PgConnection.connect(vertx, options).await();
        var value = connection.query(sql).execute().await().iterator().next().getValue(0);
        connection.close().await();
        return String.valueOf(value);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        pods.close();
        cluster.close();
        gate.close();
        vertx.close().await();
        Folders.delete(home);
    }
}
