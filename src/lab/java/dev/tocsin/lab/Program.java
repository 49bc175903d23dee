package dev.tocsin.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A running program of the lab, its output in a file. */
final class Program implements AutoCloseable {
    private static final Duration POLITE = Duration.ofSeconds(3);
    private static final int LINES = 12;
    private static final Pattern ERROR = Pattern.compile("(?i)\\b(error|fatal|panic|cannot)\\b");

    private final String name;
    private final Process process;
    private final Path log;

    private Program(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Program start(String name, List<String> command, Map<String, String> environment, Path directory)
            throws LabException {
        var log = directory.resolve(name + ".log");
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new Program(name, builder.start(), log);
        } catch (IOException e) {
            throw new LabException(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** How a program ended, and what it printed. */
    record Ended(int exit, String output) {}

    /** Runs a program to its end, however that is. */
    static Ended end(
            String name, List<String> command, Map<String, String> environment, Path directory, Duration patience)
            throws LabException, InterruptedException {
        var log = directory.resolve(name + ".log");
        try {
            Files.deleteIfExists(log);
            var program = start(name, command, environment, directory);
            if (!program.process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                program.kill();
                throw new LabException(name + " did not end within " + patience.toSeconds() + " s");
            }
            return new Ended(program.process.exitValue(), Files.readString(log, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new LabException(log + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Runs a program to its end; the line of its output that tells why comes with the failure. */
    static void run(String name, List<String> command, Path directory, Duration patience)
            throws LabException, InterruptedException {
        var ended = end(name, command, Map.of(), directory, patience);
        if (ended.exit() != 0) {
            throw new LabException(name + " failed with " + ended.exit() + ": " + telling(ended.output()));
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Throws when it has ended, with the line of its output that tells why. */
    void check() throws LabException {
        if (!process.isAlive()) {
            throw new LabException(name + " ended with " + process.exitValue() + ": " + telling(lines()));
        }
    }

    /** SIGKILL for it and all its children, as when a container is killed. */
    void kill() throws InterruptedException {
        try (Stream<ProcessHandle> children = process.descendants()) {
            var family = children.toList();
            process.destroyForcibly();
            family.forEach(ProcessHandle::destroyForcibly);
            process.waitFor();
            for (var child : family) {
                child.onExit()
                        .orTimeout(5, TimeUnit.SECONDS)
                        .exceptionally(_ -> child)
                        .join();
            }
        }
    }

    /** Asks it to stop, and kills it when it does not within the grace period. */
    void stop(Duration grace) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    /** Interrupts it, and kills it when it has not ended within the grace period. */
    void interrupt(Duration grace) throws IOException, InterruptedException {
        // The shell's own kill: the program of that name is a package that a minimal Debian lacks.
        new ProcessBuilder("sh", "-c", "kill -INT \"$0\"", String.valueOf(process.pid()))
                .start()
                .waitFor();
        if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop(POLITE);
    }

    String lastLines() {
        return last(lines().lines().toList());
    }

    private String lines() {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "(" + log + " cannot be read: " + e.getMessage() + ")";
        }
    }

    /** The first line with an error, for what follows are mostly its consequences; else the last line. */
    static String telling(String output) {
        var lines = output.lines().filter(line -> !line.isBlank()).toList();
        return lines.stream()
                .filter(line -> ERROR.matcher(line).find())
                .findFirst()
                .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast())
                .strip();
    }

    /** As many of them as an error message can bear. */
    static String last(List<String> lines) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }
}
