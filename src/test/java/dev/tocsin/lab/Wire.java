package dev.tocsin.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Notification;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.verdict.Judge;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.json.AlertmanagerMessage;
import dev.tocsin.json.Json;
import dev.tocsin.lab.Binaries.Tool;
import dev.tocsin.observe.HttpSource;
import dev.tocsin.observe.Lookout;
import dev.tocsin.observe.Observers;
import dev.tocsin.scenarios.ScenarioReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Real Alertmanagers that are told of alerts by hand, and the journal of a run that hears what they tell. One alone, or a
 * pair that forms a cluster.
 */
final class Wire implements AutoCloseable {

    private static final RunId RUN = RunId.parse("01900000-0000-7000-8000-000000000001");

    /** What is answered to a notification; a journal hears only of those that get a 2xx. */
    interface Answer {
        int to(Notification notification) throws InterruptedException;
    }

    private final Path home = Lab.newHome();
    private final Binaries binaries = new Binaries(Binaries.defaultCache(), System.err::println);
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer webhook =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    private final List<Integer> ports;
    private final int count;
    private final Map<Integer, Program> running = new TreeMap<>();
    private final List<Recorded> journal = new ArrayList<>();
    private final Lookout lookout;
    private final Path config;
    private volatile Answer answer = _ -> 204;

    /** One Alertmanager with this in its configuration; {@code @WEBHOOK@} is where it notifies. */
    static Wire of(String config) throws Exception {
        return new Wire(1, config);
    }

    /** Two that know of each other, and of which one waits a second for the other. */
    static Wire pair(String config) throws Exception {
        return new Wire(2, config);
    }

    private Wire(int count, String text) throws Exception {
        this.count = count;
        ports = Ports.free(2 * count);
        webhook.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        webhook.createContext("/", this::handle);
        webhook.start();
        config = Files.writeString(
                Files.createDirectories(home).resolve("alertmanager.yml"),
                text.replace(
                        "@WEBHOOK@",
                        "http://127.0.0.1:" + webhook.getAddress().getPort() + "/api/v1/webhooks/alertmanager"));
        for (var number = 0; number < count; number++) {
            start(number);
        }
        var sources = new ArrayList<HttpSource>();
        for (var number = 0; number < count; number++) {
            sources.add(new HttpSource(url(number), Optional.empty(), Optional.empty()));
        }
        lookout = new Observers(Optional.empty(), sources)
                .lookout(List.of(), List.of(), List.of(), InstantSource.system());
    }

    void start(int number) throws Exception {
        var command = new ArrayList<>(binaries.alertmanagerPrefix());
        command.addAll(List.of(
                binaries.find(Tool.ALERTMANAGER).toString(),
                "--config.file=" + config,
                "--storage.path=" + home.resolve("data-" + number),
                "--web.listen-address=127.0.0.1:" + ports.get(number)));
        if (count == 1) {
            command.add("--cluster.listen-address=");
        } else {
            command.addAll(List.of(
                    "--cluster.listen-address=127.0.0.1:" + ports.get(count + number),
                    "--cluster.peer=127.0.0.1:" + ports.get(count + (number + 1) % count),
                    "--cluster.peer-timeout=1s",
                    "--cluster.settle-timeout=1s"));
        }
        running.put(number, Program.start("alertmanager-" + number, command, Map.of(), home));
        Awaitility.await().ignoreExceptions().until(() -> get(number, "/-/ready") == 200);
    }

    /** SIGKILL: what it has told is forgotten, for that is written down every quarter of an hour only. */
    void kill(int number) throws InterruptedException {
        var program = running.remove(number);
        if (program != null) {
            program.kill();
        }
    }

    void answering(Answer next) {
        answer = next;
    }

    private URI url(int number) {
        return URI.create("http://127.0.0.1:" + ports.get(number));
    }

    private int get(int number, String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(url(number).resolve(path)).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var notification =
                    AlertmanagerMessage.read(exchange.getRequestBody().readAllBytes());
            var status = answer.to(notification);
            record(
                    status < 300
                            ? new Fact.NotificationReceived(notification)
                            : new Fact.NotificationRefused(status, "by the test"));
            exchange.sendResponseHeaders(status, -1);
        } catch (AlertmanagerMessage.UnreadableException e) {
            throw new IOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void record(Fact fact) {
        synchronized (journal) {
            journal.add(new Recorded(journal.size() + 1L, Instant.now(), fact));
        }
    }

    /** The run begins, and its stimulus is in full effect; the alert Busy is expected. */
    void begin(String fires) throws Exception {
        var scenario = ScenarioReader.read("a wire", """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: wire }
                spec:
                  stress: [{ name: flood, connectionFlood: { fill: 90%% } }]
                  expect: { alerts: [{ matchers: [Busy], fires: { within: %s }, resolves: { within: 60s } }] }
                """.formatted(fires));
        record(new Fact.RunAdmitted(
                RUN,
                scenario,
                "primary",
                Labels.of(Map.of()),
                List.of(),
                "somebody",
                Optional.empty(),
                Optional.empty()));
        record(new Fact.BaselineTaken(RUN, List.of(), List.of()));
        look();
        record(new Fact.StimulusStarting(RUN, "flood", new Undo.TerminateSessions("primary", "tocsin")));
        record(new Fact.StimulusApplied(RUN, "flood", new Effect.SessionsHeld(90, 90, 100)));
    }

    /** What the Alertmanagers say of themselves now becomes part of the journal. */
    void look() throws InterruptedException {
        lookout.look().forEach(sight -> record(new Fact.Observed(RUN, sight)));
    }

    void release() {
        record(new Fact.StimulusReleased(RUN, "flood", new Effect.SessionsGone(90, 0)));
    }

    /** The verdict of a run that ends so long after what was last heard. */
    Verdict end(Duration later) throws InterruptedException {
        look();
        var state = run();
        var ended =
                state.after(new Recorded(Integer.MAX_VALUE, state.lastHeard().plus(later), new Fact.RunEnded(RUN)));
        return Judge.judge(ended, ended.lastHeard());
    }

    Verdict end() throws InterruptedException {
        return end(Duration.ZERO);
    }

    RunState run() {
        synchronized (journal) {
            return RunState.fold(RUN, List.copyOf(journal)).orElseThrow();
        }
    }

    /** Every notification that was taken, in the order of the journal. */
    List<Notification> heard() {
        synchronized (journal) {
            return journal.stream()
                    .map(Recorded::fact)
                    .filter(Fact.NotificationReceived.class::isInstance)
                    .map(Fact.NotificationReceived.class::cast)
                    .map(Fact.NotificationReceived::notification)
                    .toList();
        }
    }

    /** A moment that has passed, so long after another: Alertmanager takes an end in the future for an alert that fires. */
    static Instant passed(Instant moment, Duration later) throws InterruptedException {
        var passed = moment.plus(later);
        while (!Instant.now().isAfter(passed)) {
            Thread.sleep(Duration.ofMillis(1));
        }
        return passed;
    }

    /** Waits until what was heard is so. */
    void await(Predicate<List<Notification>> condition) {
        Awaitility.await().pollInterval(Duration.ofMillis(50)).until(() -> condition.test(heard()));
    }

    /** Tells an Alertmanager that an alert fires, for the next minutes if nothing more is told. */
    void fire(int number, String name, Instant startsAt) throws Exception {
        post(number, Told.fires(name, startsAt));
    }

    void fire(String name, Instant startsAt) throws Exception {
        fire(0, name, startsAt);
    }

    /** Tells an Alertmanager that an alert has ended just now. */
    void resolve(int number, String name, Instant startsAt) throws Exception {
        post(number, name, startsAt, Instant.now());
    }

    void resolve(String name, Instant startsAt) throws Exception {
        resolve(0, name, startsAt);
    }

    void post(int number, String name, Instant startsAt, Instant endsAt) throws Exception {
        post(number, new Told(name, startsAt, endsAt));
    }

    /** What an Alertmanager is told of one alert. */
    record Told(String name, Instant startsAt, Instant endsAt) {
        /** That it fires, for the next minutes if nothing more is told. */
        static Told fires(String name, Instant startsAt) {
            return new Told(name, startsAt, Instant.now().plusSeconds(300));
        }

        private Map<String, Object> json() {
            return Map.of(
                    "labels", Map.of("alertname", name), "startsAt", startsAt.toString(), "endsAt", endsAt.toString());
        }
    }

    /**
     * Tells an Alertmanager of these in one request. However busy the machine is, no flush of a group comes between what must
     * be seen by the same one.
     */
    void post(int number, Told... alerts) throws Exception {
        var body =
                Json.MAPPER.writeValueAsString(Stream.of(alerts).map(Told::json).toList());
        var answered = http.send(
                HttpRequest.newBuilder(url(number).resolve("/api/v2/alerts"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answered.statusCode() != 200) {
            throw new IOException(answered.statusCode() + ": " + answered.body());
        }
    }

    @Override
    public void close() throws Exception {
        try (http) {
            webhook.stop(0);
            for (var program : running.values()) {
                program.kill();
            }
        } finally {
            Folders.delete(home);
        }
    }
}
