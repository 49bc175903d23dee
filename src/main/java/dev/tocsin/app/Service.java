package dev.tocsin.app;

import dev.tocsin.announce.Announcer;
import dev.tocsin.announce.GrafanaAnnotations;
import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.cluster.PodRef;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.cluster.ProtectedPods;
import dev.tocsin.coverage.CoverageMeter;
import dev.tocsin.coverage.Survey;
import dev.tocsin.doctor.Doctor;
import dev.tocsin.doctor.Drills;
import dev.tocsin.doctor.Hearing;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.http.Answers;
import dev.tocsin.http.ApiDoor;
import dev.tocsin.http.ApiTokens;
import dev.tocsin.http.ClusterTokens;
import dev.tocsin.http.Pages;
import dev.tocsin.http.WebhookAuth;
import dev.tocsin.journal.FileJournal;
import dev.tocsin.ledger.Ledgers;
import dev.tocsin.node.RestartKeys;
import dev.tocsin.node.Restarts;
import dev.tocsin.observe.HttpSource;
import dev.tocsin.observe.Observers;
import dev.tocsin.runner.Runs;
import dev.tocsin.runner.Target;
import dev.tocsin.runs.AlertLedger;
import dev.tocsin.runs.CoverageRoutes;
import dev.tocsin.runs.DoctorRoutes;
import dev.tocsin.runs.Recipients;
import dev.tocsin.runs.RunEvents;
import dev.tocsin.runs.RunRoutes;
import dev.tocsin.runs.RunWaits;
import dev.tocsin.runs.ScenarioRoutes;
import dev.tocsin.scenarios.ScenarioCatalog;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import dev.tocsin.telemetry.Telemetry;
import dev.tocsin.webhook.WebhookRoute;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service, put together in one place; what is opened is closed in reverse, also when the start fails. */
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final Duration RELEASE_PATIENCE = Duration.ofSeconds(50);

    /** The name of its lease where the configuration gives none. */
    private static final String LEASE = "tocsin";

    private interface Closing {
        void close() throws Exception;
    }

    private final Deque<Closing> closings = new ArrayDeque<>();
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private volatile Optional<FileJournal> written = Optional.empty();
    private volatile Optional<Runs> running = Optional.empty();
    private int port;
    private int managementPort;
    private List<String> routes = List.of();

    private Service() {}

    /** Starts the service, with the cluster that its environment names. Blocks until it answers. */
    public static Service start(Config config) throws IOException {
        return start(config, KubernetesPods::fromEnvironment, InstantSource.system(), PodRef.own(System.getenv()));
    }

    /**
     * Starts the service. Blocks until it answers.
     *
     * @param cluster asked only when a target names a pod, a lease is configured, or the API takes the cluster's tokens
     * @throws IllegalArgumentException when a secret file cannot be used
     */
    public static Service start(Config config, Supplier<Pods> cluster) throws IOException {
        return start(config, cluster, InstantSource.system());
    }

    /** Starts the service with a clock of its own, for tests of what a wrong one does. */
    public static Service start(Config config, Supplier<Pods> cluster, InstantSource clock) throws IOException {
        return start(config, cluster, clock, Optional.empty());
    }

    /**
     * Starts the service in a pod of its own. Blocks until it answers, which is not before the lease is its.
     *
     * @param own the pod that it runs in
     */
    public static Service start(Config config, Supplier<Pods> cluster, InstantSource clock, Optional<PodRef> own)
            throws IOException {
        var service = new Service();
        try {
            service.open(config, cluster, clock, own);
            return service;
        } catch (IOException | RuntimeException e) {
            service.close();
            throw e;
        } finally {
            service.opened.countDown();
        }
    }

    private void open(Config config, Supplier<Pods> cluster, InstantSource clock, Optional<PodRef> own)
            throws IOException {
        var pods = cluster(config, cluster, own);
        lease(config, pods, own);
        var telemetry = new Telemetry(Version.current());
        var journal = new FileJournal(config.data(), clock);
        written = Optional.of(journal);
        closings.push(journal::close);
        telemetry.disk(config.data());
        var vertx = vertx(Runtime.getRuntime().availableProcessors());
        var load = vertx(2);
        var watched = new WatchedFiles();
        closings.push(watched::close);
        var targets = targets(config, load, pods, watched, clock);
        var observers = observers(config);
        var runs = new Runs(
                journal, observers, telemetry, clock, targets, config.data().resolve("evidence"));
        running = Optional.of(runs);
        var announcer = announcer(config, pods, own);
        var annotations = annotations(config, telemetry);
        var alerts = new AlertLedger();
        var hearing = new Hearing();
        var waits = new RunWaits(vertx, runs);
        journal.readAll(entry -> {
            var recorded = entry.recorded();
            runs.remember(recorded);
            announcer.ifPresent(known -> known.remember(recorded));
            annotations.ifPresent(known -> known.remember(recorded));
            alerts.heard(recorded);
            hearing.heard(recorded);
            telemetry.heard(recorded);
        });
        announcer.ifPresent(known -> journal.follow(known::heard));
        annotations.ifPresent(known -> journal.follow(known::heard));
        var _ = journal.follow(alerts::heard);
        var _ = journal.follow(hearing::heard);
        var _ = journal.follow(telemetry::heard);
        var _ = journal.follow(waits::heard);
        journal.append(new Fact.ServiceStarted(Version.current())).await();
        journal.repaired()
                .ifPresent(
                        what -> journal.append(new Fact.JournalRepaired(what)).await());
        closings.push(() -> {
            if (!journal.sealed()) {
                journal.append(new Fact.ServiceStopped()).await();
            }
        });
        runs.recover();
        closings.push(() -> runs.close(RELEASE_PATIENCE));

        var catalog = new ScenarioCatalog(config.scenarios());
        var doctor = new Doctor(
                observers,
                targets,
                catalog,
                hearing,
                config.data(),
                config.auth().flatMap(Config.Auth::webhook).isPresent(),
                clock);
        var survey = new Survey(observers, runs.trials(), catalog, config.proofExpiresAfter(), clock);
        var meter = config.prometheus().map(_ -> new CoverageMeter(survey, telemetry));
        var drills = new Drills(observers, journal, clock);
        closings.push(drills::close);
        var door = apiDoor(config, vertx, pods, watched, clock);
        var webhookDoor = webhookDoor(config, watched);
        var recipients = new Recipients(observers, clock);
        var router = Router.router(vertx);
        new WebhookRoute(journal, telemetry).mount(router, webhookDoor);
        new RunRoutes(vertx, runs, catalog, door, new RunEvents(vertx, journal), waits).mount(router);
        new ScenarioRoutes(vertx, catalog, runs, alerts, recipients, door).mount(router);
        new CoverageRoutes(vertx, survey, door).mount(router);
        new DoctorRoutes(vertx, doctor, drills, door).mount(router);
        new Pages().mount(router);
        document(router, "/openapi.yaml", "application/yaml");
        document(router, "/schemas/scenario.json", "application/schema+json");
        routes = Answers.routes(router);
        port = listen(vertx, config.httpEndpoint(), watched, router);
        managementPort = listen(vertx, config.managementEndpoint(), watched, management(vertx, telemetry, meter));
        meter.ifPresent(CoverageMeter::refresh); // so that the first scrape has something to show
        closings.push(watched::close); // also before the listeners, to which it would hand new certificates
        LOG.atInfo()
                .addKeyValue("port", port)
                .addKeyValue("managementPort", managementPort)
                .log("Tocsin listens");
    }

    public int port() {
        return port;
    }

    /** Method and path of everything that the API serves; a parameter of a path is written {@code :name}. */
    public List<String> routes() {
        return routes;
    }

    public int managementPort() {
        return managementPort;
    }

    private Optional<Pods> cluster(Config config, Supplier<Pods> cluster, Optional<PodRef> own) {
        if (config.targets().stream().allMatch(target -> target.pods().isEmpty())
                && config.lease().isEmpty()
                && kubernetes(config).isEmpty()
                && own.isEmpty()) {
            return Optional.empty();
        }
        var pods = cluster.get();
        closings.push(pods::close);
        return Optional.of(new ProtectedPods(pods, Set.copyOf(config.protectedNamespaces())));
    }

    /** Before the journal is opened: the lock on its file is of no use where two nodes share a volume. */
    private void lease(Config config, Optional<Pods> pods, Optional<PodRef> own) throws IOException {
        var wanted = config.lease().or(() -> own.map(pod -> new Config.LeaseConfig(pod.namespace(), LEASE)));
        if (wanted.isEmpty() || pods.isEmpty()) {
            return;
        }
        var identity = own.map(PodRef::name).orElseGet(() -> "process-" + UUID.randomUUID());
        var lease = pods.get().lease(wanted.get().namespace(), wanted.get().name(), identity);
        closings.push(lease::close);
        try {
            lease.acquire(why -> Thread.ofPlatform().name("tocsin-lease-lost").start(() -> letGo(why)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while it waited for the lease");
        }
    }

    /** Somebody else may write the journal from now on. Nothing more is written; what goes on is taken back and left. */
    private void letGo(String why) {
        LOG.atError().log(why + "; nothing more is written, and what runs do is taken back");
        written.ifPresent(journal -> journal.seal(why));
        try {
            opened.await();
            written.ifPresent(journal -> journal.seal(why));
            if (running.isPresent()) {
                running.get().forsake(RELEASE_PATIENCE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        close();
        lost.complete(why);
    }

    /** Why the service had to end by itself, once it has. */
    public CompletableFuture<String> lost() {
        return lost.copy();
    }

    private Optional<Announcer> announcer(Config config, Optional<Pods> pods, Optional<PodRef> own) {
        var selectors = new HashMap<String, PodSelector>();
        config.targets().forEach(target -> selector(target.pod()).ifPresent(pod -> selectors.put(target.name(), pod)));
        var announcer = pods.map(known -> new Announcer(known, own, selectors));
        announcer.ifPresent(known -> closings.push(known::close));
        return announcer;
    }

    private Optional<GrafanaAnnotations> annotations(Config config, Telemetry telemetry) throws IOException {
        if (config.grafana().isEmpty()) {
            return Optional.empty();
        }
        var annotations = new GrafanaAnnotations(source(config.grafana().get()), telemetry);
        closings.push(annotations::close);
        return Optional.of(annotations);
    }

    /** Takes back what is going on, then closes everything in reverse order of its opening. */
    @Override
    public synchronized void close() {
        while (!closings.isEmpty()) {
            try {
                closings.pop().close();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("a part did not close cleanly");
            }
        }
    }

    private Vertx vertx(int eventLoops) {
        // Nothing is served from the class path as files, so nothing need be unpacked: the root may be read-only.
        var files = new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        var vertx =
                Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops).setFileSystemOptions(files));
        closings.push(() -> vertx.close().await());
        return vertx;
    }

    private static Optional<Config.Cluster> kubernetes(Config config) {
        return config.auth().flatMap(Config.Auth::api).flatMap(Config.ApiConfig::kubernetes);
    }

    private static List<Target> targets(
            Config config, Vertx load, Optional<Pods> pods, WatchedFiles watched, InstantSource clock)
            throws IOException {
        var agents = agents(config, pods, watched, clock);
        var targets = new ArrayList<Target>();
        for (var target : config.targets()) {
            var postgres = target.postgres();
            var access = new PostgresTarget(
                    postgres.host(),
                    postgres.port(),
                    postgres.database(),
                    postgres.user(),
                    password(postgres, watched),
                    postgres.sslMode(),
                    postgres.caFile());
            var stressor = new Stressor(
                    target.name(),
                    load,
                    access,
                    new Surroundings(
                            selector(target.pod()),
                            pods,
                            agents,
                            target.standby().map(standby -> access.at(standby.host(), standby.port())),
                            selector(target.standby().flatMap(Config.StandbyConfig::pod)),
                            target.exporter().map(Config.ExporterConfig::role),
                            selector(target.exporter().flatMap(Config.ExporterConfig::pod))));
            targets.add(new Target(
                    target.name(),
                    target.optedIn(),
                    Labels.of(target.labels()),
                    stressor,
                    new Ledgers(load, access, stressor::storage)));
        }
        return targets;
    }

    private static Supplier<String> password(Config.Postgres postgres, WatchedFiles watched) throws IOException {
        return postgres.passwordFile().isPresent()
                ? watched.secret(postgres.passwordFile().get())::now
                : () -> "";
    }

    private static Optional<PodSelector> selector(Optional<Config.PodConfig> pod) {
        return pod.map(known -> new PodSelector(known.namespace(), known.selector()));
    }

    private static Optional<Restarts> agents(
            Config config, Optional<Pods> pods, WatchedFiles watched, InstantSource clock) throws IOException {
        if (config.nodeAgent().isEmpty() || pods.isEmpty()) {
            return Optional.empty();
        }
        var agent = config.nodeAgent().get();
        var key =
                watched.read(List.of(agent.keyFile()), texts -> RestartKeys.signing(agent.keyFile(), texts.getFirst()));
        return Optional.of(new Restarts(pods.get().board(agent.namespace()), key::now, clock));
    }

    private static Observers observers(Config config) throws IOException {
        var alertmanagers = new ArrayList<HttpSource>();
        for (var source : config.alertmanagers()) {
            alertmanagers.add(source(source));
        }
        return new Observers(
                config.prometheus().isPresent()
                        ? Optional.of(source(config.prometheus().get()))
                        : Optional.empty(),
                alertmanagers);
    }

    private static HttpSource source(Config.Source source) throws IOException {
        return new HttpSource(source.url(), source.bearerFile(), source.caFile());
    }

    private static ApiDoor apiDoor(
            Config config, Vertx vertx, Optional<Pods> pods, WatchedFiles watched, InstantSource clock)
            throws IOException {
        var api = config.auth().flatMap(Config.Auth::api);
        if (api.isEmpty()) {
            return ApiDoor.open(vertx);
        }
        var cluster = kubernetes(config)
                .map(known -> new ClusterTokens(
                        pods.orElseThrow().reviews(),
                        known.audience(),
                        known.effectiveNamespace().orElseThrow()));
        if (api.get().tokensFile().isEmpty()) {
            return ApiDoor.closed(vertx, Optional::empty, cluster, clock);
        }
        var file = api.get().tokensFile().get();
        var tokens = watched.read(List.of(file), texts -> ApiTokens.read(file, texts.getFirst()));
        return ApiDoor.closed(vertx, () -> Optional.of(tokens.last()), cluster, clock);
    }

    private static SecurityPolicyHandler webhookDoor(Config config, WatchedFiles watched) throws IOException {
        var webhook = config.auth().flatMap(Config.Auth::webhook);
        if (webhook.isEmpty()) {
            return RoutingContext::next;
        }
        if (webhook.get().clientCertificate().isPresent()) {
            return WebhookAuth.clientCertificate(
                    webhook.get().clientCertificate().get().names());
        }
        return webhook.get().basic().isPresent()
                ? WebhookAuth.basic(
                        webhook.get().basic().get().username(),
                        watched.secret(webhook.get().basic().get().passwordFile())::last)
                : WebhookAuth.bearer(watched.secret(webhook.get().bearerFile().orElseThrow())::last);
    }

    private int listen(Vertx vertx, Config.Endpoint endpoint, WatchedFiles watched, Router router) throws IOException {
        var listener = Listener.open(vertx, endpoint, watched, router);
        closings.push(listener::close);
        return listener.port();
    }

    private static Router management(Vertx vertx, Telemetry telemetry, Optional<CoverageMeter> meter) {
        var router = Router.router(vertx);
        router.get("/metrics").handler(request -> {
            meter.ifPresent(CoverageMeter::refresh);
            Answers.text(request, "text/plain; version=0.0.4; charset=utf-8", telemetry.scrape());
        });
        router.get("/livez").handler(request -> Answers.text(request, "text/plain", "ok\n"));
        // It listens only once the journal is open and checked, so to answer is to be ready.
        router.get("/readyz").handler(request -> Answers.text(request, "text/plain", "ok\n"));
        return router;
    }

    private static void document(Router router, String resource, String mediaType) {
        router.get(resource).handler(request -> Answers.text(request, mediaType, resource(resource)));
    }

    private static String resource(String name) {
        try (InputStream in = Service.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be read from the jar", e);
        }
    }
}
