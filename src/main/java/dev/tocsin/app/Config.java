package dev.tocsin.app;

import dev.tocsin.domain.scenario.Described;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.yaml.Binder;
import dev.tocsin.yaml.InvalidFileException;
import dev.tocsin.yaml.Vocabulary;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

        Optional<CoverageConfig> coverage,

        @Described(
                "Where each run is annotated once it has its verdict; its token may create annotations. Absent: nowhere.")
        Optional<Source> grafana,

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
    /** Long enough for a weekly schedule to miss three runs. */
    private static final String PROOF_EXPIRES = "30d";

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

            @Described("0 takes any free port.") int port,

            @Described("Absent: plain HTTP.") Optional<Tls> tls) {}

    /** What a listener shows, read anew when the files change. */
    public record Tls(
            @Described("A file with the certificate and those between it and its authority, in PEM.")
            Path certFile,

            @Described("A file with its private key, in PEM.")
            Path keyFile,

            @Described("A file with the authorities whose client certificates are asked for.")
            Optional<Path> clientCaFile) {}

    /** Who may come in. */
    public record Auth(Optional<WebhookConfig> webhook, Optional<ApiConfig> api) {}

    /** What Alertmanager sends to be let in: one of these. */
    public record WebhookConfig(
            @Described("A file with the bearer token.") Optional<Path> bearerFile,
            Optional<Basic> basic,
            Optional<ClientCertificate> clientCertificate) {}

    /** A certificate that is signed by the listener's clientCaFile. */
    public record ClientCertificate(
            @Described("Common names or DNS names, one of which the certificate must have.")
            List<String> names) {}

    /** Name and password. */
    public record Basic(
            String username,
            @Described("A file with the password.") Path passwordFile) {}

    /** Whose tokens open the API: those of one of the two, or of both. */
    public record ApiConfig(
            @Described("Lines NAME ROLE SHA-256-HEX and perhaps a time; roles viewer and operator.")
            Optional<Path> tokensFile,

            Optional<Cluster> kubernetes) {}

    /** The tokens that the cluster knows. Its rules on runs of tocsin.dev say what their holders may do. */
    public record Cluster(
            @Described(value = "Whom the tokens must have been made for.", ifAbsent = "tocsin")
            String audience,

            @Described("Where the holder of a token must be allowed to get or create runs. Absent: where Tocsin runs.")
            Optional<String> namespace) {
        private static final Path OWN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

        /** The namespace that counts; empty when none is given and Tocsin runs in no pod. */
        public Optional<String> effectiveNamespace() {
            return namespace.or(() -> {
                try {
                    return Optional.of(Files.readString(OWN).strip());
                } catch (IOException _) {
                    return Optional.empty();
                }
            });
        }
    }

    /** An HTTP API that Tocsin asks. */
    public record Source(
            URI url,
            @Described("A file with a bearer token.") Optional<Path> bearerFile,
            @Described("A file with certificates to trust.") Optional<Path> caFile) {}

    /** What counts as proven. */
    public record CoverageConfig(
            @Described(value = "How long a proof that a rule rings is good for.", ifAbsent = PROOF_EXPIRES)
            Duration expiresAfter) {}

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
        return http.orElse(new Endpoint("0.0.0.0", API_PORT, Optional.empty()));
    }

    public Endpoint managementEndpoint() {
        return management.orElse(new Endpoint("0.0.0.0", MANAGEMENT_PORT, Optional.empty()));
    }

    /** How long a proof that a rule rings is good for. */
    public Duration proofExpiresAfter() {
        return coverage.map(CoverageConfig::expiresAfter).orElse(Durations.parse(PROOF_EXPIRES));
    }

    private void check(Binder binder, boolean insecure) {
        http.ifPresent(endpoint -> checkEndpoint(binder, endpoint));
        management.ifPresent(endpoint -> checkEndpoint(binder, endpoint));
        management
                .flatMap(Endpoint::tls)
                .filter(tls -> tls.clientCaFile().isPresent())
                .ifPresent(tls -> binder.mistake(
                        tls, "clientCaFile", "metrics and health are for everybody who can reach them; leave it out"));
        checkAuth(binder, insecure);
        prometheus.ifPresent(source -> checkSource(binder, source));
        alertmanagers.forEach(source -> checkSource(binder, source));
        grafana.ifPresent(source -> checkSource(binder, source));
        coverage.filter(config -> config.expiresAfter().isZero())
                .ifPresent(config -> binder.mistake(
                        config, "expiresAfter", "no proof would be good for any time; write for example 30d"));
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
                    "the API would be open to everybody: set auth.api.tokensFile or auth.api.kubernetes, or start with --insecure-no-auth");
        }
        if (!insecure && webhook.isEmpty()) {
            binder.mistake(
                    auth.<Object>map(known -> known).orElse(this),
                    auth.isPresent() ? "webhook" : "auth.webhook",
                    "anybody could post alerts: set bearerFile, basic or clientCertificate, or start with --insecure-no-auth");
        }
        webhook.ifPresent(config -> checkWebhook(binder, config));
        api.ifPresent(config -> {
            if (config.tokensFile().isEmpty() && config.kubernetes().isEmpty()) {
                binder.mistake(config, "nobody could use the API: give tokensFile, kubernetes or both");
            }
            config.tokensFile().ifPresent(path -> file(binder, config, "tokensFile", path));
            config.kubernetes()
                    .filter(cluster -> cluster.effectiveNamespace().isEmpty())
                    .ifPresent(cluster -> binder.mistake(
                            cluster, "namespace", "Tocsin runs in no pod here, so say in which namespace to look"));
        });
    }

    private void checkWebhook(Binder binder, WebhookConfig config) {
        var given = Stream.of(config.bearerFile(), config.basic(), config.clientCertificate())
                .filter(Optional::isPresent)
                .count();
        if (given != 1) {
            binder.mistake(config, "give exactly one of bearerFile, basic and clientCertificate");
        }
        config.bearerFile().ifPresent(path -> file(binder, config, "bearerFile", path));
        config.basic().ifPresent(basic -> file(binder, basic, "passwordFile", basic.passwordFile()));
        config.clientCertificate().ifPresent(certificate -> {
            if (certificate.names().isEmpty()) {
                binder.mistake(certificate, "names", "name at least one");
            }
            if (http.flatMap(Endpoint::tls).flatMap(Tls::clientCaFile).isEmpty()) {
                binder.mistake(
                        config, "clientCertificate", "needs http.tls.clientCaFile, the authorities that sign it");
            }
        });
    }

    private static void checkEndpoint(Binder binder, Endpoint endpoint) {
        port(binder, endpoint, endpoint.port());
        endpoint.tls().ifPresent(tls -> {
            file(binder, tls, "certFile", tls.certFile());
            file(binder, tls, "keyFile", tls.keyFile());
            tls.clientCaFile().ifPresent(path -> file(binder, tls, "clientCaFile", path));
        });
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
