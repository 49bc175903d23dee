package dev.tocsin.cli;

import dev.tocsin.app.Config;
import dev.tocsin.app.Logging;
import dev.tocsin.app.Service;
import dev.tocsin.cluster.ClusterException;
import dev.tocsin.journal.BrokenJournalException;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the service until it is told to stop. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Run the service.")
final class ServeCommand implements Callable<Integer> {
    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration.")
    private Path config = Path.of("");

    @Option(names = "--insecure-no-auth", description = "Let anybody use the API and the webhook.")
    private boolean insecure;

    /** For picocli, which then sets what was given. */
    ServeCommand() {}

    ServeCommand(Path config) {
        this.config = config;
    }

    @Override
    public Integer call() {
        System.setProperty(Logging.PROPERTY, Logging.STDOUT);
        var service = start(read());
        var ended = new CompletableFuture<Optional<String>>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            service.close();
            ended.complete(Optional.empty());
        }));
        var _ = service.lost().thenAccept(why -> ended.complete(Optional.of(why)));
        var lost = ended.join();
        if (lost.isPresent()) {
            throw new UserException(
                    ExitCode.ERROR, lost.get() + "; start it again, and it waits until the lease is free");
        }
        return ExitCode.PASSED;
    }

    private Config read() {
        try {
            return Config.read(config, insecure);
        } catch (InvalidFileException e) {
            throw new UserException(
                    ExitCode.USAGE, "the configuration has " + e.mistakes().size() + " mistakes\n" + e.getMessage());
        } catch (IOException e) {
            throw new UserException(
                    ExitCode.USAGE, "the configuration " + config + " cannot be read: " + e.getMessage());
        }
    }

    private static Service start(Config config) {
        try {
            return Service.start(config);
        } catch (BrokenJournalException e) {
            throw new UserException(ExitCode.ERROR, String.valueOf(e.getMessage()));
        } catch (ClusterException e) {
            throw new UserException(ExitCode.ERROR, "the service cannot start: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        } catch (BindException e) {
            throw new UserException(ExitCode.ERROR, "a port is taken: " + e.getMessage());
        } catch (AccessDeniedException e) { // whose message is a path and no more
            throw new UserException(ExitCode.ERROR, "the service cannot start: its user may not use " + e.getMessage());
        } catch (IOException e) {
            throw new UserException(ExitCode.ERROR, "the service cannot start: " + e.getMessage());
        }
    }
}
