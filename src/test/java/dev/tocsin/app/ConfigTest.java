package dev.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.tocsin.app.Config.ApiConfig;
import dev.tocsin.app.Config.Auth;
import dev.tocsin.app.Config.Basic;
import dev.tocsin.app.Config.ClientCertificate;
import dev.tocsin.app.Config.Cluster;
import dev.tocsin.app.Config.Endpoint;
import dev.tocsin.app.Config.PodConfig;
import dev.tocsin.app.Config.Postgres;
import dev.tocsin.app.Config.Source;
import dev.tocsin.app.Config.TargetConfig;
import dev.tocsin.app.Config.Tls;
import dev.tocsin.app.Config.WebhookConfig;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.http.WebhookAuth;
import dev.tocsin.yaml.InvalidFileException;
import dev.tocsin.yaml.Mistake;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration is an interface: its keys, its defaults and what it says of mistakes. */
final class ConfigTest {
    private static final String LEAST = """
            data: /var/lib/tocsin
            targets:
              - name: primary
                postgres: { host: pg, database: app, user: tocsin_stress }
            """;

    private static final String EVERY_KEY = """
            http:
              host: 127.0.0.1
              port: 18080
              tls: { certFile: HOME/cert, keyFile: HOME/key, clientCaFile: HOME/ca }
            management: { host: 127.0.0.2, port: 19464, tls: { certFile: HOME/cert, keyFile: HOME/key } }
            data: HOME/data
            auth:
              webhook: { bearerFile: HOME/webhook-token }
              api:
                tokensFile: HOME/tokens
                kubernetes: { audience: tocsin.example, namespace: tocsin }
            prometheus: { url: "https://prometheus:9090/base", bearerFile: HOME/prometheus-token, caFile: HOME/ca }
            alertmanagers:
              - { url: "http://alertmanager-0:9093" }
              - { url: "http://alertmanager-1:9093" }
            coverage: { expiresAfter: 7d }
            grafana: { url: "https://grafana", bearerFile: HOME/prometheus-token }
            targets:
              - name: primary
                optedIn: true
                labels: { instance: "pg-0:9187" }
                postgres:
                  host: pg
                  port: 5433
                  database: app
                  user: tocsin_stress
                  passwordFile: HOME/pg-password
                  sslMode: verify-full
                  caFile: HOME/pg-ca
                pod: { namespace: db, selector: "app=postgresql" }
                standby: { host: pg-standby, port: 5434, pod: { namespace: db, selector: "app=standby" } }
                exporter: { role: exporter, pod: { namespace: db, selector: "app=exporter" } }
            nodeAgent: { namespace: tocsin-node-agent, keyFile: HOME/node-restart-key }
            protectedNamespaces: [ payments ]
            lease: { namespace: tocsin, name: tocsin-of-mine }
            scenarios: [ HOME/scenarios ]
            """;

    private static final String BASIC = "basic: { username: alertmanager, passwordFile: HOME/webhook-password }";

    private static final String CERTIFICATE = "clientCertificate: { names: [alertmanager] }";

    @TempDir
    private Path home;

    @BeforeEach
    void writeSecrets() throws IOException {
        var secrets = List.of(
                "webhook-token",
                "webhook-password",
                "tokens",
                "cert",
                "key",
                "prometheus-token",
                "ca",
                "pg-password",
                "pg-ca",
                "node-restart-key");
        for (var name : secrets) {
            Files.writeString(home.resolve(name), "the secret in " + name);
        }
        Files.createDirectories(home.resolve("scenarios"));
    }

    @Test
    void whatIsProtectedOnlyEverGrows() throws Exception {
        var config = Config.parse("tocsin.yaml", LEAST + "protectedNamespaces: [ payments, kube-public ]\n", true);

        assertThat(config.protectedNamespaces())
                .containsExactly("kube-system", "kube-public", "kube-node-lease", "payments");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod: { namespace: NAME, selector: a=b }",
                "standby: { host: h, pod: { namespace: NAME, selector: a=b } }",
                "exporter: { role: r, pod: { namespace: NAME, selector: a=b } }"
            })
    void aPodInAProtectedNamespaceIsAMistake(String pod) {
        for (var namespace : List.of("kube-system", "payments")) {
            var text = LEAST + "    " + pod.replace("NAME", namespace) + "\nprotectedNamespaces: [ payments ]\n";
            var thrown =
                    catchThrowableOfType(InvalidFileException.class, () -> Config.parse("tocsin.yaml", text, true));

            assertThat(thrown.mistakes()).singleElement().satisfies(mistake -> {
                assertThat(mistake.message()).contains(namespace + " is protected");
                assertThat(mistake.line()).isEqualTo(5);
            });
        }
    }

    @Test
    void theLeastThatIsNeededHasADefaultForAllElse() throws Exception {
        var config = Config.parse("tocsin.yaml", LEAST, true);

        assertThat(config)
                .isEqualTo(new Config(
                        Optional.empty(),
                        Optional.empty(),
                        Path.of("/var/lib/tocsin"),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(new TargetConfig(
                                "primary",
                                false,
                                Map.of(),
                                new Postgres(
                                        "pg",
                                        5432,
                                        "app",
                                        "tocsin_stress",
                                        Optional.empty(),
                                        "prefer",
                                        Optional.empty()),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())),
                        Optional.empty(),
                        List.of("kube-system", "kube-public", "kube-node-lease"),
                        Optional.empty(),
                        List.of()));
        assertThat(config.httpEndpoint()).isEqualTo(new Endpoint("0.0.0.0", 8080, Optional.empty()));
        assertThat(config.managementEndpoint()).isEqualTo(new Endpoint("0.0.0.0", 9464, Optional.empty()));
        assertThat(config.proofExpiresAfter()).isEqualTo(Duration.ofDays(30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{} | 30d", "{ expiresAfter: 1h30m } | 1h30m"})
    void aProofIsGoodForATime(String coverage, String time) throws Exception {
        var config = Config.parse("tocsin.yaml", LEAST + "coverage: " + coverage + "\n", true);

        assertThat(config.proofExpiresAfter()).isEqualTo(Durations.parse(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "soon", "30"})
    void aProofIsNotGoodForNoTime(String time) {
        assertThat(mistakes(LEAST + "coverage: { expiresAfter: " + time + " }\n", true))
                .extracting(Mistake::path)
                .containsExactly("coverage.expiresAfter");
    }

    @Test
    void anEndpointMayNameItsPortAlone() throws Exception {
        var config = Config.parse("tocsin.yaml", LEAST + "http: { port: 80 }\nmanagement: { port: 0 }\n", true);

        assertThat(config.httpEndpoint()).isEqualTo(new Endpoint("0.0.0.0", 80, Optional.empty()));
        assertThat(config.managementEndpoint()).isEqualTo(new Endpoint("0.0.0.0", 0, Optional.empty()));
    }

    @Test
    void everyKeyCanBeChanged() throws Exception {
        var config = Config.parse("tocsin.yaml", inHome(EVERY_KEY), false);

        assertThat(config.http())
                .contains(new Endpoint(
                        "127.0.0.1",
                        18080,
                        Optional.of(
                                new Tls(home.resolve("cert"), home.resolve("key"), Optional.of(home.resolve("ca"))))));
        assertThat(config.management())
                .contains(new Endpoint(
                        "127.0.0.2",
                        19464,
                        Optional.of(new Tls(home.resolve("cert"), home.resolve("key"), Optional.empty()))));
        assertThat(config.data()).isEqualTo(home.resolve("data"));
        assertThat(config.auth())
                .contains(new Auth(
                        Optional.of(new WebhookConfig(
                                Optional.of(home.resolve("webhook-token")), Optional.empty(), Optional.empty())),
                        Optional.of(new ApiConfig(
                                Optional.of(home.resolve("tokens")),
                                Optional.of(new Cluster("tocsin.example", Optional.of("tocsin")))))));
        assertThat(config.prometheus())
                .contains(new Source(
                        URI.create("https://prometheus:9090/base"),
                        Optional.of(home.resolve("prometheus-token")),
                        Optional.of(home.resolve("ca"))));
        assertThat(config.alertmanagers())
                .containsExactly(
                        new Source(URI.create("http://alertmanager-0:9093"), Optional.empty(), Optional.empty()),
                        new Source(URI.create("http://alertmanager-1:9093"), Optional.empty(), Optional.empty()));
        assertThat(config.proofExpiresAfter()).isEqualTo(Duration.ofDays(7));
        assertThat(config.targets())
                .containsExactly(new TargetConfig(
                        "primary",
                        true,
                        Map.of("instance", "pg-0:9187"),
                        new Postgres(
                                "pg",
                                5433,
                                "app",
                                "tocsin_stress",
                                Optional.of(home.resolve("pg-password")),
                                "verify-full",
                                Optional.of(home.resolve("pg-ca"))),
                        Optional.of(new PodConfig("db", "app=postgresql")),
                        Optional.of(new Config.StandbyConfig(
                                "pg-standby", 5434, Optional.of(new PodConfig("db", "app=standby")))),
                        Optional.of(new Config.ExporterConfig(
                                "exporter", Optional.of(new PodConfig("db", "app=exporter"))))));
        assertThat(config.scenarios()).containsExactly(home.resolve("scenarios"));
    }

    @Test
    void theWebhookMayWantNameAndPassword() throws Exception {
        var config =
                Config.parse("tocsin.yaml", inHome(EVERY_KEY.replace("bearerFile: HOME/webhook-token", BASIC)), false);

        assertThat(config.auth().flatMap(Auth::webhook))
                .contains(new WebhookConfig(
                        Optional.empty(),
                        Optional.of(new Basic("alertmanager", home.resolve("webhook-password"))),
                        Optional.empty()));
    }

    @Test
    void theWebhookMayWantACertificate() throws Exception {
        var config = Config.parse(
                "tocsin.yaml", inHome(EVERY_KEY.replace("bearerFile: HOME/webhook-token", CERTIFICATE)), false);

        assertThat(config.auth().flatMap(Auth::webhook).flatMap(WebhookConfig::clientCertificate))
                .contains(new ClientCertificate(List.of("alertmanager")));
    }

    @Test
    void theApiMayTakeTheTokensOfTheClusterAlone() throws Exception {
        var config = Config.parse("tocsin.yaml", LEAST + "auth: { api: { kubernetes: { namespace: here } } }\n", true);

        assertThat(config.auth().flatMap(Auth::api))
                .contains(new ApiConfig(Optional.empty(), Optional.of(new Cluster("tocsin", Optional.of("here")))));
    }

    /** Each mistake in who may come in names the key at which it is mended. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth: { webhook: {} } | auth.webhook | exactly one",
                "auth: { webhook: { bearerFile: HOME/tokens, clientCertificate: { names: [a] } } } | auth.webhook |"
                        + " exactly one",
                "auth: { webhook: { clientCertificate: { names: [a] } } } | auth.webhook.clientCertificate |"
                        + " http.tls.clientCaFile",
                "auth: { webhook: { clientCertificate: { names: [] } } } | auth.webhook.clientCertificate.names |"
                        + " at least one",
                "auth: { webhook: { clientCertificate: {} } } | auth.webhook.clientCertificate.names | at least one",
                "auth: { api: {} } | auth.api | tokensFile, kubernetes or both",
                "auth: { api: { kubernetes: {} } } | auth.api.kubernetes.namespace | no pod",
                "http: { port: 1, tls: { certFile: HOME/none, keyFile: HOME/key } } | http.tls.certFile | cannot be read",
                "http: { port: 1, tls: { certFile: HOME/cert } } | http.tls.keyFile | missing",
                "http: { port: 1, tls: { certFile: HOME/cert, keyFile: HOME/key, clientCaFile: HOME/none } } |"
                        + " http.tls.clientCaFile | cannot be read",
                "management: { port: 1, tls: { certFile: HOME/cert, keyFile: HOME/key, clientCaFile: HOME/ca } } |"
                        + " management.tls.clientCaFile | everybody",
            })
    void namesTheKeyOfEveryMistakeInWhoMayComeIn(String text, String path, String message) {
        assertThat(mistakes(LEAST + text + "\n", true))
                .filteredOn(mistake -> mistake.path().equals(path))
                .singleElement()
                .extracting(Mistake::message)
                .asString()
                .contains(message);
    }

    /** A key that is added to the records must join the tests above. */
    @Test
    void noKeyIsForgottenAbove() {
        var known = new TreeSet<String>();
        keys(Config.class, known);

        assertThat(known)
                .hasSizeGreaterThan(20)
                .allSatisfy(key -> assertThat(EVERY_KEY + BASIC + CERTIFICATE).contains(key + ":"));
    }

    @Test
    void namesEveryMistakeAtOnceWithItsPlaceAndPath() {
        var mistakes = mistakes("""
                htp: { port: 80 }
                http: { port: 99999 }
                management: { port: many }
                auth:
                  webhook: { bearerFile: HOME/none, basic: { username: a, passwordFile: HOME/none } }
                  api: { tokensFile: HOME/none }
                prometheus: { url: "prometheus:9090" }
                alertmanagers:
                  - { url: "http://alertmanager:9093", bearerfile: x }
                targets:
                  - name: primary
                    postgres: { host: pg, port: 70000, database: app, user: u, sslMode: perhaps }
                  - name: primary
                    postgres: { host: pg, database: app, user: u, passwordFile: HOME/none }
                    optedIn: maybe
                  - postgres: { host: pg, database: app }
                scenarios: [ HOME/none ]
                """, false);

        assertThat(mistakes)
                .extracting(mistake -> mistake.line() + " " + mistake.path())
                .containsExactlyInAnyOrder(
                        "1 htp",
                        "1 data",
                        "2 http.port",
                        "3 management.port",
                        "5 auth.webhook",
                        "5 auth.webhook.bearerFile",
                        "5 auth.webhook.basic.passwordFile",
                        "6 auth.api.tokensFile",
                        "7 prometheus.url",
                        "9 alertmanagers[0].bearerfile",
                        "12 targets[0].postgres.port",
                        "12 targets[0].postgres.sslMode",
                        "13 targets[1].name",
                        "14 targets[1].postgres.passwordFile",
                        "15 targets[1].optedIn",
                        "16 targets[2].name",
                        "16 targets[2].postgres.user",
                        "17 scenarios");
        assertThat(mistakes)
                .extracting(Mistake::path, Mistake::column)
                .contains(tuple("http.port", 15), tuple("targets[1].optedIn", 14), tuple("htp", 1));
    }

    @Test
    void anEmptyMappingLacksAllThatIsNeeded() {
        assertThat(mistakes("{}", false))
                .extracting(Mistake::path)
                .containsExactlyInAnyOrder("auth", "auth.webhook", "data", "targets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "[]", "text", "{", "data: [", "\t"})
    void whatIsNoConfigurationIsOneMistake(String text) {
        assertThat(mistakes(text, true)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth: { webhook: { bearerFile: HOME/webhook-token } } | auth",
                "auth: { api: { tokensFile: HOME/tokens } } | auth.webhook",
                "auth: {} | auth,auth.webhook",
                "scenarios: [] | auth,auth.webhook"
            })
    void refusesAnOpenDoorUnlessToldTo(String auth, String paths) throws Exception {
        assertThat(mistakes(LEAST + auth, false))
                .allSatisfy(mistake -> assertThat(mistake.message()).contains("--insecure-no-auth"))
                .extracting(Mistake::path)
                .containsExactlyInAnyOrder(paths.split(",", -1));
        assertThat(Config.parse("tocsin.yaml", inHome(LEAST + auth), true)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void anEmptySecretIsNone(String secret) throws Exception {
        Files.writeString(home.resolve("webhook-token"), secret);

        assertThat(mistakes(EVERY_KEY, false))
                .extracting(Mistake::path, Mistake::message)
                .containsExactly(tuple("auth.webhook.bearerFile", home.resolve("webhook-token") + " is empty"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://prometheus", "http://", "prometheus", "http:prometheus", "'http://a b'", "''"})
    void anApiIsAskedOverHttp(String url) {
        assertThat(mistakes(LEAST + "prometheus: { url: " + url + " }\n", true))
                .extracting(Mistake::path)
                .containsExactly("prometheus.url");
    }

    @Test
    void aTargetIsNeeded() {
        assertThat(mistakes("data: /data\ntargets: []\n", true))
                .extracting(Mistake::path)
                .containsExactly("targets");
    }

    @Test
    void aFileIsReadAndNamedInWhatIsWrongWithIt() throws Exception {
        var file = Files.writeString(home.resolve("tocsin.yaml"), LEAST + "dat: x\n");

        var refused = catchThrowableOfType(InvalidFileException.class, () -> Config.read(file, true));

        assertThat(refused).hasMessageContaining(file + ":5:1: dat: unknown key");
        assertThat(Config.read(Files.writeString(file, LEAST), true).targets()).hasSize(1);
    }

    /** The configuration may be logged: it holds where the secrets are and never what they are. */
    @Test
    void noSecretIsEverInIt() throws Exception {
        var config = Config.parse("tocsin.yaml", inHome(EVERY_KEY), false);

        assertThat(config.toString()).contains("webhook-token").doesNotContain("the secret in");
        assertThat(WebhookAuth.bearer(() -> "hunter2")).asString().doesNotContain("hunter2");
        assertThat(WebhookAuth.basic("a", () -> "hunter2")).asString().doesNotContain("hunter2", "YTpodW50ZXIy");
    }

    private List<Mistake> mistakes(String text, boolean insecure) {
        var refused = catchThrowableOfType(
                InvalidFileException.class, () -> Config.parse("tocsin.yaml", inHome(text), insecure));
        assertThat(refused).as("it was accepted").isNotNull();
        return refused.mistakes();
    }

    private String inHome(String text) {
        return text.replace("HOME", home.toString());
    }

    private static void keys(Type type, Set<String> keys) {
        if (type instanceof ParameterizedType generic) {
            keys(generic.getActualTypeArguments()[0], keys);
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            for (var component : plain.getRecordComponents()) {
                keys.add(component.getName());
                keys(component.getGenericType(), keys);
            }
        }
    }
}
