package dev.tocsin.lab;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * Makes a standby's data out of a primary's that runs, and leaves there what {@code pg_basebackup -R} leaves: the binaries
 * that come with the build have no pg_basebackup.
 */
record BaseBackup(PostgresServer primary, PostgresServer standby, String name, Secrets secrets) {
    /** Belongs to the primary's process, or is written anew by the standby; the folders must be there all the same. */
    private static final Set<String> EMPTIED = Set.of(
            "pg_dynshmem",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans",
            "pg_wal");

    private static final Set<String> LEFT_OUT = Set.of(
            "postmaster.pid", "postmaster.opts", "pg_internal.init", "postgresql.auto.conf.tmp", "current_logfiles");

    /** The slot keeps what the standby will need, from before the copy on. */
    void take() throws LabException {
        var vertx = Vertx.vertx();
        try {
            var session = PgConnection.connect(vertx, primary.superuser()).await();
            session.query("SELECT pg_create_physical_replication_slot('" + slot()
                            + "', true) WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '" + slot()
                            + "')")
                    .execute()
                    .await();
            var older = session.databaseMetadata().majorVersion() < 15;
            session.query("SELECT " + (older ? "pg_start_backup('lab', true, false)" : "pg_backup_start('lab', true)"))
                    .execute()
                    .await();
            Folders.delete(standby.data());
            copy(primary.data(), standby.data());
            var label = session.query("SELECT labelfile FROM "
                            + (older ? "pg_stop_backup(false, false)" : "pg_backup_stop(false)"))
                    .execute()
                    .await()
                    .iterator()
                    .next()
                    .getString(0);
            write(label);
            session.close().await();
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            throw new LabException("no copy of the primary could be made: " + e.getMessage(), e);
        } finally {
            vertx.close().await();
        }
    }

    private String slot() {
        return name.replace('-', '_');
    }

    private void write(String label) throws IOException {
        var data = standby.data();
        Files.writeString(data.resolve("backup_label"), label);
        Files.createFile(data.resolve("standby.signal"));
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                """
                        primary_conninfo = 'user=%s password=%s host=127.0.0.1 port=%d sslmode=disable application_name=%s'
                        primary_slot_name = '%s'
                        """.formatted(PostgresServer.REPLICATION_ROLE, secrets.replication(), primary.port(), name, slot()),
                StandardOpenOption.APPEND);
        for (var file : new String[] {"backup_label", "standby.signal"}) {
            Identity.give(data.resolve(file)); // PostgreSQL moves them away
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                var relative = from.relativize(folder);
                if (relative.getNameCount() > 1
                        && EMPTIED.contains(relative.getName(0).toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.copy(folder, to.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                var relative = from.relativize(file);
                if (!EMPTIED.contains(relative.getName(0).toString())
                        && !LEFT_OUT.contains(file.getFileName().toString())) {
                    try {
                        Files.copy(file, to.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
                    } catch (NoSuchFileException _) {
                        // a relation that was dropped meanwhile
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }
}
