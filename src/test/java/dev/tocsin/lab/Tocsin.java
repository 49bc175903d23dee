package dev.tocsin.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The program as a user starts it: the launcher, a working folder of its own, what it prints in files. */
final class Tocsin implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private Tocsin(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static Tocsin start(Path folder, String... arguments) {
        return start(folder, Map.of(), arguments);
    }

    static Tocsin start(Path folder, Map<String, String> environment, String... arguments) {
        try {
            var out = Files.createTempFile(folder, "out-", ".txt");
            var err = Files.createTempFile(folder, "err-", ".txt");
            var command =
                    new ArrayList<>(List.of(Path.of("tocsin").toAbsolutePath().toString()));
            command.addAll(List.of(arguments));
            var builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            return new Tocsin(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end and says how it ended. */
    int exitCode(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it did not end within " + patience + "\n" + all());
        }
        return process.exitValue();
    }

    /** Waits until it has printed something, or has ended. */
    void await(Duration patience, Predicate<Tocsin> condition) {
        Awaitility.await()
                .atMost(patience)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !process.isAlive() || condition.test(this));
        if (!condition.test(this)) {
            throw new AssertionError("it ended too early\n" + all());
        }
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** Both streams, for the message of a failing test. */
    String all() {
        return "stdout:\n" + out() + "\nstderr:\n" + err();
    }

    long pid() {
        return process.pid();
    }

    Stream<ProcessHandle> descendants() {
        return process.descendants();
    }

    /** The power goes. */
    void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ctrl-C. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -INT \"$0\"", String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** SIGTERM, as from a service manager. */
    void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        terminate();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                kill9();
            }
        } catch (InterruptedException _) {
            // Who interrupts a test wants it to end, and nothing may outlive it.
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
