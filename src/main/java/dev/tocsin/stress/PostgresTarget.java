package dev.tocsin.stress;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A PostgreSQL that may be stressed.
 *
 * @param password asked at each new connection, for it may change; empty where the server wants none
 * @param sslMode as libpq names it
 * @param caFile certificates to trust
 */
public record PostgresTarget(
        String host,
        int port,
        String database,
        String user,
        Supplier<String> password,
        String sslMode,
        Optional<Path> caFile) {
    /** The first PostgreSQL that ends a session by itself when its client is gone or idle. */
    static final int SELF_ENDING = 140_000;

    private static final String CONTROL = "tocsin-control";

    /** A target whose password never changes. */
    public PostgresTarget(
            String host,
            int port,
            String database,
            String user,
            String password,
            String sslMode,
            Optional<Path> caFile) {
        this(host, port, database, user, () -> password, sslMode, caFile);
    }

    /** Another server with the same roles, as a standby has them. */
    public PostgresTarget at(String otherHost, int otherPort) {
        return new PostgresTarget(otherHost, otherPort, database, user, password, sslMode, caFile);
    }

    /** The same server, another database of it. */
    PostgresTarget in(String other) {
        return new PostgresTarget(host, port, other, user, password, sslMode, caFile);
    }

    /** Options for a session of that name, otherwise as the role has it. */
    public PgConnectOptions named(String applicationName) {
        return options(applicationName);
    }

    /** As libpq takes it, for a server that connects to that address with the role and password of this target. */
    String conninfo(String otherHost, int otherPort) {
        // Whom this machine trusts says nothing of whom the server does.
        var mode = sslMode.startsWith("verify") ? "require" : sslMode;
        return Stream.of(
                        "host=" + quoted(otherHost.isEmpty() ? host : otherHost),
                        "port=" + otherPort,
                        "dbname=" + quoted(database),
                        "user=" + quoted(user),
                        "password=" + quoted(password.get()),
                        "sslmode=" + mode)
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** Options for the connection that watches and takes back. */
    PgConnectOptions control() {
        return options(CONTROL);
    }

    /**
     * Options for a session that is part of a stimulus.
     *
     * @param bound after this the server ends it by itself, should everything else fail
     */
    PgConnectOptions session(String applicationName, int serverVersion, Duration bound) {
        var options = options(applicationName);
        if (serverVersion >= SELF_ENDING) {
            var properties = new HashMap<>(options.getProperties());
            properties.put("idle_session_timeout", String.valueOf(bound.toMillis()));
            properties.put("idle_in_transaction_session_timeout", String.valueOf(bound.toMillis()));
            properties.put("client_connection_check_interval", "1000");
            options.setProperties(properties);
        }
        return options;
    }

    private PgConnectOptions options(String applicationName) {
        var properties = new HashMap<>(PgConnectOptions.DEFAULT_PROPERTIES);
        properties.put("application_name", applicationName);
        return new PgConnectOptions()
                .setHost(host)
                .setPort(port)
                .setDatabase(database)
                .setUser(user)
                .setPassword(password.get())
                .setSslMode(SslMode.of(sslMode))
                .setSslOptions(tls())
                .setCachePreparedStatements(false)
                .setProperties(properties);
    }

    /** Without certificates to trust any is taken, which the verifying modes refuse. */
    private ClientSSLOptions tls() {
        var options = new ClientSSLOptions().setTrustAll(caFile.isEmpty());
        caFile.ifPresent(file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
        return sslMode.equals("verify-full") ? options.setHostnameVerificationAlgorithm("HTTPS") : options;
    }

    /** Keeps the password out of logs. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port + "/" + database;
    }
}
