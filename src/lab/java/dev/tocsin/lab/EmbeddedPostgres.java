package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** PostgreSQL as it comes with the build, for machines that have none. */
final class EmbeddedPostgres {
    private static final String ARCHIVE_AMD64 = "/postgres-linux-x86_64.txz";
    private static final String ARCHIVE_ARM64 = "/postgres-linux-arm_64.txz";

    private EmbeddedPostgres() {}

    /** The folder with its programs, unpacked into the cache at the first call. */
    static Path unpack(Path cache) throws LabException, InterruptedException {
        var resource = System.getProperty("os.arch").equals("aarch64") ? ARCHIVE_ARM64 : ARCHIVE_AMD64;
        var home = cache.resolve("postgres-embedded");
        if (Files.isExecutable(home.resolve("bin/postgres"))) {
            return home.resolve("bin");
        }
        try (var archive = EmbeddedPostgres.class.getResourceAsStream(resource)) {
            if (archive == null) {
                throw new LabException("PostgreSQL is not on this machine, and this build carries none for "
                        + System.getProperty("os.arch") + "; install postgresql, or set TOCSIN_PG_BIN");
            }
            Files.createDirectories(cache);
            var unpacking = Files.createTempDirectory(cache, "postgres-");
            try {
                var file = unpacking.resolve("postgres.txz");
                Files.copy(archive, file);
                var whole = Files.createDirectory(unpacking.resolve("root"));
                Program.run(
                        "tar",
                        List.of("tar", "-xJf", file.toString(), "-C", whole.toString()),
                        unpacking,
                        Duration.ofMinutes(2));
                Files.move(whole, home, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Folders.delete(unpacking);
            }
            return home.resolve("bin");
        } catch (IOException e) {
            throw new LabException("PostgreSQL cannot be unpacked into " + cache + ": " + e.getMessage(), e);
        }
    }
}
