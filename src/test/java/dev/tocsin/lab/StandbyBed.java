package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.node.Restarts;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A primary and its standby in pods, for what is done to the two or to the way to them. */
final class StandbyBed implements StressedBed {
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

    @Override
    public Secrets secrets() {
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
                Optional.of(new Restarts(
                        known.board(LabCluster.NAMESPACE),
                        () -> secrets.restart().getPrivate(),
                        InstantSource.system())),
                Optional.of(target().at("127.0.0.1", standby.port())),
                standbyPod,
                Optional.of(PostgresServer.EXPORTER_ROLE),
                Optional.of(new PodSelector(LabCluster.NAMESPACE, LabCluster.EXPORTER_SELECTOR)));
    }

    Stressor stressor(Surroundings around) {
        return new Stressor("bed", vertx, target(), around);
    }

    @Override
    public Stressor stressor() {
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

    /** On both servers, and in the cluster. */
    @Override
    public List<String> belongings() throws LabException {
        var all = new ArrayList<String>();
        cluster.policies().forEach(policy -> all.add("policy: " + policy));
        Belongings.of(vertx, primary.superuser()).forEach(line -> all.add("primary: " + line));
        Belongings.of(vertx, standby.superuser()).forEach(line -> all.add("standby: " + line));
        return all;
    }

    /** A session that was closed is there for a moment longer, and a server that was restarted not at once. */
    @Override
    public void nothingIsLeft(List<String> before) throws LabException {
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(changedSince(before)).isEmpty());
        cluster.check();
    }

    @Override
    public List<String> changedSince(List<String> before) throws LabException {
        return Belongings.difference(before, belongings());
    }

    /** By the primary. */
    @Override
    public String ask(String sql) throws Exception {
        return ask(primary.superuser(), sql);
    }

    String askStandby(String sql) throws Exception {
        return ask(standby.superuser(), sql);
    }

    /** On the primary. */
    @Override
    public void superuser(String... statements) throws Exception {
        var connection = PgConnection.connect(vertx, primary.superuser()).await();
        try {
            for (var statement : statements) {
                connection.query(statement).execute().await();
            }
        } finally {
            connection.close().await();
        }
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
        try {
            var rows = connection.query(sql).execute().await().iterator();
            return rows.hasNext() ? String.valueOf(rows.next().getValue(0)) : "";
        } finally {
            connection.close().await();
        }
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
