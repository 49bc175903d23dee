package dev.tocsin.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command finds the service. */
final class ServerOptions {
    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:TOCSIN_SERVER:-http://127.0.0.1:8080}",
            description = "The service. Default: $TOCSIN_SERVER, else http://127.0.0.1:8080.")
    private URI server = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:TOCSIN_TOKEN_FILE}",
            description = "A file with the API token. Default: $TOCSIN_TOKEN_FILE.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            defaultValue = "${env:TOCSIN_CA_FILE}",
            description = "Certificates to trust instead of Java's. Default: $TOCSIN_CA_FILE.")
    private @Nullable Path caFile;

    ApiClient connect() {
        return new ApiClient(server, given(tokenFile), given(caFile));
    }

    private static Optional<Path> given(@Nullable Path file) {
        return Optional.ofNullable(file).filter(known -> !known.toString().isEmpty());
    }
}
