package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A data folder as {@code initdb} makes it, kept in the cache: a copy takes a tenth of the time. Copies have the same system
 * identifier, as servers that were restored from one backup have.
 */
final class DataTemplate {
    private static final Duration INIT = Duration.ofMinutes(1);

    private DataTemplate() {}

    /** Copies it to {@code data}, whose folder is {@link Identity#give given} already; makes it at the first call. */
    static void copyTo(Path data, Path bin) throws LabException, InterruptedException {
        try {
            var copy = List.of("cp", "-R", of(bin).toString(), data.toString());
            Program.run("cp", Identity.unprivileged(copy), data.resolveSibling(""), INIT);
        } catch (IOException e) {
            throw new LabException(
                    "the template of PostgreSQL's data cannot be kept in " + Binaries.defaultCache() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static Path of(Path bin) throws IOException, LabException, InterruptedException {
        var postgres = bin.resolve("postgres").toRealPath();
        var cache = Files.createDirectories(Binaries.defaultCache());
        var template = cache.resolve("initdb-%x-%x-%x"
                .formatted(
                        postgres.toString().hashCode(),
                        Files.size(postgres),
                        Files.getLastModifiedTime(postgres).toMillis()));
        if (Files.isDirectory(template)) {
            return template;
        }
        var making = Files.createTempDirectory(cache, "initdb-");
        try {
            Identity.give(making);
            initialize(making.resolve("data"), bin);
            Files.move(making.resolve("data"), template);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(template)) {
                throw e;
            }
        } finally {
            Folders.delete(making);
        }
        return template;
    }

    /** Makes a data folder that is no copy. Nobody knows its superuser's password, which is to be set. */
    static void initialize(Path data, Path bin) throws LabException, InterruptedException {
        var folder = data.resolveSibling("");
        try {
            var password = Files.writeString(
                    folder.resolve("superuser"), Secrets.random().superuser() + "\n");
            Identity.give(password);
            Program.run(
                    "initdb",
                    Identity.unprivileged(List.of(
                            bin.resolve("initdb").toString(),
                            "--pgdata=" + data,
                            "--username=postgres",
                            "--pwfile=" + password,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--no-sync")),
                    folder,
                    INIT);
            Files.delete(password);
        } catch (IOException e) {
            throw new LabException("PostgreSQL's data " + data + " cannot be made: " + e.getMessage(), e);
        }
    }
}
