package dev.tocsin.app;

import dev.tocsin.domain.scenario.Described;
import dev.tocsin.yaml.Binder;
import dev.tocsin.yaml.InvalidFileException;
import dev.tocsin.yaml.Vocabulary;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The configuration of {@code tocsin serve}, as its one file is written. Secrets are files, never values. */
public record Config(
        @Described("API and webhook.") Optional<Endpoint> http,
        @Described("Metrics and health.") Optional<Endpoint> management,

        @Described("Where the journal and the evidence live; on a disk that survives a restart.")
        Path data,

        Optional<Auth> auth,
        Optional<Source> prometheus,

        @Described("Every peer of the Alertmanager cluster.")
        List<Source> alertmanagers,

        @Described("The PostgreSQL servers that may be stressed.")
        List<TargetConfig> targets,

        @Described("How agents on the nodes are asked to restart them. Absent: only persons are.")
        Optional<NodeAgents> nodeAgent,

        @Described("Namespaces in which no pod is ever touched, besides kube-system, kube-public and kube-node-lease.")
        List<String> protectedNamespaces,

        @Described(
                "Where the lease of the one writer is. Absent: in Tocsin's own namespace; outside of a cluster, none.")
        Optional<LeaseConfig> lease,

        @Described("Folders with scenario.yaml and *.scenario.yaml, also deep inside.")
        List<Path> scenarios) {
    private static final List<String> ALWAYS_PROTECTED = List.of("kube-system", "kube-public", "kube-node-lease");

    public Config {
        protectedNamespaces = Stream.concat(ALWAYS_PROTECTED.stream(), protectedNamespaces.stream())
                .distinct()
                .toList();
    }

    /** Where to listen. */
    public record Endpoint(
            @Described(value = "The address to listen on.", ifAbsent = "0.0.0.0")
            String host,

            @Described("0 takes any free port.") int port) {}

    /** Who may come in. */
    public record Auth(Optional<WebhookConfig> webhook, Optional<ApiConfig> api) {}

    /** What Alertmanager sends to be let in: one of the two. */
    public record WebhookConfig(
            @Described("A file with the bearer token.") Optional<Path> bearerFile, Optional<Basic> basic) {}

    /** Name and password. */
    public record Basic(
            String username,
            @Described("A file with the password.") Path passwordFile) {}

    /** The API's tokens. */
    public record ApiConfig(
            @Described("Lines NAME ROLE SHA-256-HEX; roles viewer and operator.")
            Path tokensFile) {}

    /** An HTTP API that Tocsin asks. */
    public record Source(
            URI url,
            @Described("A file with a bearer token.") Optional<Path> bearerFile,
            @Described("A file with certificates to trust.") Optional<Path> caFile) {}

    /** The agents that restart nodes. */
    public record NodeAgents(
            @Described("Their namespace.") String namespace,

            @Described("A file with the Ed25519 private key that signs what is asked of them, in PEM.")
            Path keyFile) {}

    /** The lease of the one writer. */
    public record LeaseConfig(
            @Described("Its namespace.") String namespace,

            @Described(value = "Its name.", ifAbsent = "tocsin")
            String name) {}

    /** One PostgreSQL. */
    public record TargetConfig(
            String name,

            @Described(value = "Its owner agreed to its being stressed.", ifAbsent = "false")
            boolean optedIn,

            @Described(
                    value =
                            "Labels that alerts of this server carry and others' do not. Needed to stress two targets at"
                                    + " once.",
                    example = "{ instance: \"pg-0:9187\" }")
            Map<String, String> labels,

            Postgres postgres,
            Optional<PodConfig> pod,

            @Described("A standby of it that may be stressed too; without one, stimuli of a standby are refused.")
            Optional<StandbyConfig> standby,

            @Described("Its exporter; without one, stimuli of the exporter are refused.")
            Optional<ExporterConfig> exporter) {
        /** Those of its pods that are named. */
        List<PodConfig> pods() {
            return Stream.of(pod, standby.flatMap(StandbyConfig::pod), exporter.flatMap(ExporterConfig::pod))
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    /** A standby: the same roles and passwords as on the primary. */
    public record StandbyConfig(
            String host,

            @Described(value = "Its port.", ifAbsent = "5432")
            int port,

            @Described("The pod behind it, which makes itself anew as a standby when it is deleted.")
            Optional<PodConfig> pod) {}

    /** The exporter of a target. */
    public record ExporterConfig(
            @Described("The role with which it logs in.") String role, Optional<PodConfig> pod) {}

    /** How the stress role connects. */
    public record Postgres(
            String host,

            @Described(value = "Its port.", ifAbsent = "5432")
            int port,

            String database,

            @Described("A role without superuser rights, so that reserved slots stay free.")
            String user,

            @Described("A file with the password.") Optional<Path> passwordFile,

            @Described(value = "disable, allow, prefer, require, verify-ca or verify-full.", ifAbsent = "prefer")
            String sslMode,

            @Described("A file with certificates to trust; verify-ca and verify-full need it.")
            Optional<Path> caFile) {}

    /** The pod behind a target. */
    public record PodConfig(
            String namespace,

            @Described(value = "A label selector.", example = "app=postgresql")
            String selector) {}

    private static final int API_PORT = 8080;
    private static final int MANAGEMENT_PORT = 9464;
    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    /**
     * Reads the configuration.
     *
     * @param insecure whether an API without authentication is what the operator wants
     * @throws InvalidFileException with every mistake in the file
     */
    public static Config read(Path file, boolean insecure) throws IOException, InvalidFileException {
        return parse(file.toString(), Files.readString(file), insecure);
    }

    static Config parse(String file, String text, boolean insecure) throws InvalidFileException {
        var binder = new Binder(new Vocabulary());
        var config = binder.parse(text).flatMap(root -> binder.bind(root, Config.class));
        config.ifPresent(read -> read.check(binder, insecure));
        if (config.isEmpty() || !binder.mistakes().isEmpty()) {
            throw new InvalidFileException(file, binder.mistakes());
        }
        return config.get();
    }

    public Endpoint httpEndpoint() {
        return http.orElse(new Endpoint("0.0.0.0", API_PORT));
    }

    public Endpoint managementEndpoint() {
        return management.orElse(new Endpoint("0.0.0.0", MANAGEMENT_PORT));
    }

    private void check(Binder binder, boolean insecure) {
        http.ifPresent(endpoint -> port(binder, endpoint, endpoint.port()));
        management.ifPresent(endpoint -> port(binder, endpoint, endpoint.port()));
        checkAuth(binder, insecure);
        prometheus.ifPresent(source -> checkSource(binder, source));
        alertmanagers.forEach(source -> checkSource(binder, source));
        if (targets.isEmpty()) {
            binder.mistake(this, "targets", "name at least one PostgreSQL");
        }
        var names = new HashSet<String>();
        for (var target : targets) {
            if (!names.add(target.name())) {
                binder.mistake(target, "name", "two targets are called " + target.name());
            }
            port(binder, target.postgres(), target.postgres().port());
            target.standby().ifPresent(standby -> port(binder, standby, standby.port()));
            if (!SSL_MODES.contains(target.postgres().sslMode())) {
                binder.mistake(target.postgres(), "sslMode", "is none of " + String.join(", ", SSL_MODES));
            }
            if (target.postgres().sslMode().startsWith("verify")
                    && target.postgres().caFile().isEmpty()) {
                binder.mistake(target.postgres(), "sslMode", "needs caFile, the certificates to verify with");
            }
            target.postgres().caFile().ifPresent(path -> file(binder, target.postgres(), "caFile", path));
            target.postgres().passwordFile().ifPresent(path -> file(binder, target.postgres(), "passwordFile", path));
            target.pods().forEach(pod -> checkNamespace(binder, pod));
        }
        nodeAgent.ifPresent(agents -> file(binder, agents, "keyFile", agents.keyFile()));
        for (var folder : scenarios) {
            if (!Files.isDirectory(folder)) {
                binder.mistake(this, "scenarios", folder + " is not a folder");
            }
        }
    }

    private void checkNamespace(Binder binder, PodConfig pod) {
        if (protectedNamespaces.contains(pod.namespace())) {
            binder.mistake(pod, "namespace", pod.namespace() + " is protected: no pod in it is ever touched");
        }
    }

    private void checkAuth(Binder binder, boolean insecure) {
        var webhook = auth.flatMap(Auth::webhook);
        var api = auth.flatMap(Auth::api);
        if (!insecure && api.isEmpty()) {
            binder.mistake(
                    this,
                    "auth",
                    "the API would be open to everybody: set auth.api.tokensFile, or start with --insecure-no-auth");
        }
        if (!insecure && webhook.isEmpty()) {
            binder.mistake(
                    auth.<Object>map(known -> known).orElse(this),
                    auth.isPresent() ? "webhook" : "auth.webhook",
                    "anybody could post alerts: set bearerFile or basic, or start with --insecure-no-auth");
        }
        webhook.ifPresent(config -> {
            if (config.bearerFile().isPresent() == config.basic().isPresent()) {
                binder.mistake(config, "give either bearerFile or basic");
            }
            config.bearerFile().ifPresent(path -> file(binder, config, "bearerFile", path));
            config.basic().ifPresent(basic -> file(binder, basic, "passwordFile", basic.passwordFile()));
        });
        api.ifPresent(config -> file(binder, config, "tokensFile", config.tokensFile()));
    }

    private static void checkSource(Binder binder, Source source) {
        var scheme = source.url().getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme) || source.url().getHost() == null) {
            binder.mistake(source, "url", source.url() + " is not the URL of an HTTP API");
        }
        source.bearerFile().ifPresent(path -> file(binder, source, "bearerFile", path));
        source.caFile().ifPresent(path -> file(binder, source, "caFile", path));
    }

    private static void port(Binder binder, Object owner, int port) {
        if (port < 0 || port > 65_535) {
            binder.mistake(owner, "port", port + " is not a port");
        }
    }

    private static void file(Binder binder, Object owner, String key, Path file) {
        try {
            if (Files.readString(file).isBlank()) {
                binder.mistake(owner, key, file + " is empty");
            }
        } catch (IOException e) {
            binder.mistake(owner, key, file + " cannot be read");
        }
    }
}
