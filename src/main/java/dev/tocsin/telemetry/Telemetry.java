package dev.tocsin.telemetry;

import dev.tocsin.domain.coverage.RuleCoverage.Status;
import dev.tocsin.domain.doctor.OwnWiring;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.domain.verdict.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Every metric, named once. A run's id is never a label. */
public final class Telemetry {
    private static final Duration[] LATENCIES = {
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofMinutes(30)
    };

    /** What became of a webhook request. */
    public enum Delivery {
        ACCEPTED,
        INVALID,
        REJECTED,
        UNSTORED
    }

    /** What became of an annotation for Grafana. */
    public enum Annotation {
        WRITTEN,
        FAILED,
        DROPPED
    }

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Delivery, Counter> deliveries = new ConcurrentHashMap<>();
    private final AtomicLong lastReceivedMillis = new AtomicLong();
    private final Counter truncated = Counter.builder("tocsin.webhook.truncated.alerts")
            .description("Alerts that Alertmanager cut off from notifications")
            .register(registry);
    private final Map<String, AtomicLong> heartbeats = new ConcurrentHashMap<>();
    private final Map<String, ScenarioGauges> scenarios = new ConcurrentHashMap<>();
    private final AtomicBoolean coverageShown = new AtomicBoolean();
    private volatile Optional<Map<Status, Long>> coverage = Optional.empty();

    /** What the gauges of one scenario read. */
    private static final class ScenarioGauges {
        final AtomicLong lastRunMillis = new AtomicLong();
        final AtomicLong lastSuccessMillis = new AtomicLong();
        final AtomicInteger active = new AtomicInteger();
        volatile Conclusion last = Conclusion.INCONCLUSIVE;
    }

    public Telemetry(String version) {
        Gauge.builder("tocsin.build.info", () -> 1)
                .description("Constant 1; its labels say what runs")
                .tags("version", version, "java_version", Runtime.version().toString())
                .register(registry);
        for (var delivery : Delivery.values()) {
            deliveries.put(
                    delivery,
                    Counter.builder("tocsin.webhook.notifications")
                            .description("Webhook requests by what became of them")
                            .tag("outcome", lower(delivery))
                            .register(registry));
        }
        Gauge.builder("tocsin.webhook.last.received.timestamp.seconds", () -> lastReceivedMillis.get() / 1000.0)
                .description("Unix time of the last notification stored; 0 when there was none")
                .register(registry);
        new UptimeMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
    }

    /** The registry's content in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    public void webhook(Delivery delivery) {
        var counter = deliveries.get(delivery);
        if (counter != null) {
            counter.increment();
        }
    }

    /** Counts annotations from now on: where none are written, none are counted. */
    public void annotates() {
        for (var result : Annotation.values()) {
            annotations(result);
        }
    }

    public void annotation(Annotation result) {
        annotations(result).increment();
    }

    private Counter annotations(Annotation result) {
        return Counter.builder("tocsin.grafana.annotations")
                .description("Annotations of runs for Grafana by what became of them")
                .tag("result", lower(result))
                .register(registry);
    }

    /** Tells how full the disk is on which this folder is. */
    public void disk(Path folder) {
        new DiskSpaceMetrics(folder.toFile()).bindTo(registry);
    }

    /** Keeps what the metrics need of a fact; also called for the facts of earlier lives, so that gauges survive. */
    public void heard(Recorded recorded) {
        if (recorded.fact() instanceof Fact.NotificationReceived(var notification)) {
            lastReceivedMillis.set(recorded.at().toEpochMilli());
            truncated.increment(notification.truncatedAlerts());
            notification.alerts().stream()
                    .map(alert -> alert.labels().alertname())
                    .filter(OwnWiring.HEARTBEATS::contains)
                    .forEach(name -> heartbeat(name).set(recorded.at().toEpochMilli()));
        }
    }

    /** Only once it was heard: where none is routed here, none is missing. */
    private AtomicLong heartbeat(String alertname) {
        return heartbeats.computeIfAbsent(alertname, name -> {
            var last = new AtomicLong();
            Gauge.builder("tocsin.heartbeat.last.received.timestamp.seconds", () -> last.get() / 1000.0)
                    .description("Unix time of the last notification of an alert that always fires")
                    .tag("alertname", name)
                    .register(registry);
            return last;
        });
    }

    public void runBegan(String scenario) {
        gauges(scenario).active.incrementAndGet();
    }

    public void runEnded(String scenario) {
        gauges(scenario).active.decrementAndGet();
    }

    /** Counts a verdict; also called at start for the verdicts of earlier lives. Only a proof is a scenario's last verdict. */
    public void verdict(String scenario, Mode mode, Conclusion conclusion, Instant at) {
        if (mode != Mode.PROOF) {
            Counter.builder("tocsin.threshold.runs")
                    .description("Controls and probes by their verdict")
                    .tags("scenario", scenario, "mode", mode.toString(), "verdict", conclusion.name())
                    .register(registry)
                    .increment();
            return;
        }
        var gauges = gauges(scenario);
        gauges.last = conclusion;
        gauges.lastRunMillis.set(at.toEpochMilli());
        if (conclusion == Conclusion.PASSED) {
            gauges.lastSuccessMillis.set(at.toEpochMilli());
        }
        Counter.builder("tocsin.runs")
                .description("Runs by their verdict")
                .tags("scenario", scenario, "verdict", conclusion.name())
                .register(registry)
                .increment();
    }

    /** Tells how many loaded rules have each status, from the first time that this is called or the next method is. */
    public void coverage(Map<Status, Long> rules) {
        coverage = Optional.of(Map.copyOf(rules));
        showCoverage();
    }

    /** Nobody knows now how many rules are proven: no number is the right one. */
    public void coverageUnknown() {
        coverage = Optional.empty();
        showCoverage();
    }

    /** Not from the start: where no Prometheus is configured, nothing is to be known. */
    private void showCoverage() {
        if (!coverageShown.compareAndSet(false, true)) {
            return;
        }
        for (var status : Status.values()) {
            Gauge.builder(
                            "tocsin.coverage.rules",
                            () -> coverage.<Number>map(counts -> counts.getOrDefault(status, 0L))
                                    .orElse(Double.NaN))
                    .description("Alerting rules that are loaded, by what is known of their ringing")
                    .tag("status", lower(status))
                    .register(registry);
        }
    }

    /** Counts the checks of a verdict and the latencies they found. */
    public void checks(String scenario, Verdict verdict, Duration took) {
        Timer.builder("tocsin.run.duration")
                .description("From admission to the end of a run")
                .tag("scenario", scenario)
                .serviceLevelObjectives(LATENCIES)
                .register(registry)
                .record(took);
        for (var check : verdict.checks()) {
            Counter.builder("tocsin.checks")
                    .description("Checks by what kind they were and how they came out")
                    .tags("scenario", scenario, "family", lower(check.family()), "result", lower(check.result()))
                    .register(registry)
                    .increment();
            check.latency()
                    .filter(_ -> check.family() != Check.Family.SIGNAL)
                    .ifPresent(latency -> latency(scenario, check, latency));
        }
    }

    /** From the beginning of a run on, so that a loss is an increase and not the first that is heard of the counter. */
    public void ledgerBegan(String scenario) {
        acknowledged(scenario).increment(0);
        lost(scenario).increment(0);
    }

    /** Counts what became of the commits of a run's ledger, and how long writes were without an answer. */
    public void ledger(String scenario, long acknowledged, long lost, List<Duration> outages) {
        acknowledged(scenario).increment(acknowledged);
        lost(scenario).increment(lost);
        var recovery = Timer.builder("tocsin.durability.recovery")
                .description("From the first write without an answer to the next acknowledged one, for each outage")
                .tag("scenario", scenario)
                .serviceLevelObjectives(LATENCIES)
                .register(registry);
        outages.forEach(recovery::record);
    }

    private Counter acknowledged(String scenario) {
        return Counter.builder("tocsin.durability.acknowledged.writes")
                .description("Commits of ledgers that the server acknowledged")
                .tag("scenario", scenario)
                .register(registry);
    }

    private Counter lost(String scenario) {
        return Counter.builder("tocsin.durability.lost.writes")
                .description("Acknowledged commits of ledgers that were not there afterwards")
                .tag("scenario", scenario)
                .register(registry);
    }

    private void latency(String scenario, Check check, Duration latency) {
        var name =
                check.family() == Check.Family.RESOLVES ? "tocsin.alert.resolve.latency" : "tocsin.alert.fire.latency";
        Timer.builder(name)
                .description("From the start, or the release, of the stimulus to the notification")
                .tags("scenario", scenario, "expectation", check.name())
                .serviceLevelObjectives(LATENCIES)
                .register(registry)
                .record(latency.isNegative() ? Duration.ZERO : latency);
    }

    private ScenarioGauges gauges(String scenario) {
        return scenarios.computeIfAbsent(scenario, name -> {
            var gauges = new ScenarioGauges();
            var tags = Tags.of("scenario", name);
            Gauge.builder("tocsin.scenario.last.run.timestamp.seconds", () -> gauges.lastRunMillis.get() / 1000.0)
                    .description("Unix time of the last verdict; 0 when there was none")
                    .tags(tags)
                    .register(registry);
            Gauge.builder(
                            "tocsin.scenario.last.success.timestamp.seconds",
                            () -> gauges.lastSuccessMillis.get() / 1000.0)
                    .description("Unix time of the last PASSED; 0 when there was none")
                    .tags(tags)
                    .register(registry);
            Gauge.builder("tocsin.run.active", gauges.active::get)
                    .description("How many runs of it go on")
                    .tags(tags)
                    .register(registry);
            for (var conclusion : Conclusion.values()) {
                Gauge.builder(
                                "tocsin.scenario.last.verdict",
                                () -> gauges.lastRunMillis.get() > 0 && gauges.last == conclusion ? 1 : 0)
                        .description("1 for the verdict of the last run")
                        .tags(tags.and("verdict", conclusion.name()))
                        .register(registry);
            }
            return gauges;
        });
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
