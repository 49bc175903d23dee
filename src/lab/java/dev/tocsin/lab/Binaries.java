package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The programs of the lab: from the PATH, else from Debian packages that are fetched and unpacked into a cache without
 * installing anything, else (PostgreSQL) from the binaries that came with the build.
 */
public final class Binaries {
    private static final Duration DOWNLOAD = Duration.ofMinutes(5);
    private static final Path TEMPLATES = Path.of("/usr/share/prometheus/alertmanager");
    private static final ReentrantLock FETCHING = new ReentrantLock();

    /** What the lab needs, under the names it goes by, and the Debian package that has it. */
    public enum Tool {
        PROMETHEUS("prometheus", List.of("prometheus")),
        PROMTOOL("prometheus", List.of("promtool")),
        ALERTMANAGER("prometheus-alertmanager", List.of("alertmanager", "prometheus-alertmanager")),
        AMTOOL("prometheus-alertmanager", List.of("amtool")),
        POSTGRES_EXPORTER("prometheus-postgres-exporter", List.of("postgres_exporter", "prometheus-postgres-exporter"));

        private final String debianPackage;
        private final List<String> names;

        Tool(String debianPackage, List<String> names) {
            this.debianPackage = debianPackage;
            this.names = names;
        }
    }

    private final Path cache;
    private final Consumer<String> progress;

    public Binaries(Path cache, Consumer<String> progress) {
        this.cache = cache;
        this.progress = progress;
    }

    /** Where unpacked programs are kept: {@code TOCSIN_CACHE}, else the system's place for such things. */
    public static Path defaultCache() {
        var chosen = System.getenv("TOCSIN_CACHE");
        if (chosen != null && !chosen.isEmpty()) {
            return Path.of(chosen);
        }
        // As root PostgreSQL runs as another user, who must be able to read it.
        if (Identity.isRoot()) {
            return Path.of("/var/cache/tocsin");
        }
        var xdg = System.getenv("XDG_CACHE_HOME");
        var base = xdg == null || xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("tocsin");
    }

    /** Finds a program, fetching its package when that is needed. Blocks. */
    public Path find(Tool tool) throws LabException, InterruptedException {
        var installed = onPath(tool.names);
        if (installed.isPresent()) {
            return installed.get();
        }
        FETCHING.lock();
        try {
            var root = cache.resolve("deb").resolve(tool.debianPackage);
            if (!Files.isDirectory(root)) {
                fetch(tool, root);
            }
            return within(root, tool.names)
                    .orElseThrow(
                            () -> new LabException("the package " + tool.debianPackage + " holds no " + tool.names));
        } finally {
            FETCHING.unlock();
        }
    }

    /**
     * What must stand before Alertmanager's command. Debian's build reads its default templates from a fixed place under
     * /usr/share, so where the package is only unpacked, the process is given a /usr/share of its own.
     */
    public List<String> alertmanagerPrefix() throws LabException, InterruptedException {
        var program = find(Tool.ALERTMANAGER);
        var share = cache.resolve("deb")
                .resolve(Tool.ALERTMANAGER.debianPackage)
                .resolve("usr/share")
                .toAbsolutePath();
        if (!program.startsWith(cache) || Files.isReadable(TEMPLATES.resolve("default.tmpl"))) {
            return List.of();
        }
        var unshare = List.of("unshare", Identity.isRoot() ? "-m" : "-rm");
        try {
            Program.run("unshare", concat(unshare, List.of("true")), cache, Duration.ofSeconds(10));
        } catch (LabException e) {
            throw new LabException(
                    "Alertmanager needs " + TEMPLATES
                            + ", and this system allows no mount namespace in which to show it"
                            + " one. Link it: ln -s " + share.resolve("prometheus/alertmanager") + " " + TEMPLATES,
                    e);
        }
        return concat(unshare, List.of("sh", "-c", "mount --bind \"$0\" /usr/share && exec \"$@\"", share.toString()));
    }

    /** The folder with {@code postgres} and {@code initdb}, of the newest PostgreSQL on this machine or of the build's. */
    public Path postgres() throws LabException, InterruptedException {
        var chosen = System.getenv("TOCSIN_PG_BIN");
        if (chosen != null && !chosen.isEmpty()) {
            return Path.of(chosen);
        }
        var installed = onPath(List.of("initdb"))
                .map(Binaries::folderOf)
                .filter(Binaries::holdsPostgres)
                .or(Binaries::newestDebianPostgres);
        return installed.isPresent() ? installed.get() : EmbeddedPostgres.unpack(cache);
    }

    private static Optional<Path> newestDebianPostgres() {
        try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.sorted(Comparator.comparingDouble(Binaries::version).reversed())
                    .map(version -> version.resolve("bin"))
                    .filter(Binaries::holdsPostgres)
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static boolean holdsPostgres(Path bin) {
        return Files.isExecutable(bin.resolve("postgres")) && Files.isExecutable(bin.resolve("initdb"));
    }

    private static double version(Path folder) {
        try {
            return Double.parseDouble(folder.getFileName().toString());
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** Where a program really stands; distributions link them. */
    private static Path folderOf(Path program) {
        try {
            return program.toRealPath().resolve("..").normalize();
        } catch (IOException _) {
            return program.resolve("..").normalize();
        }
    }

    private static Optional<Path> onPath(List<String> names) {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Optional<Path> within(Path root, List<String> names) throws LabException {
        try (var walk = Files.walk(root.resolve("usr/bin"), 1, FileVisitOption.FOLLOW_LINKS)) {
            return walk.filter(file -> names.contains(file.getFileName().toString()))
                    .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst();
        } catch (IOException e) {
            throw new LabException(root + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void fetch(Tool tool, Path root) throws LabException, InterruptedException {
        if (onPath(List.of("apt-get")).isEmpty() || onPath(List.of("dpkg")).isEmpty()) {
            throw new LabException(
                    ("%s is not on the PATH, and this is no Debian or Ubuntu on which its package could be"
                                    + " fetched.%nInstall %s, or run the lab in containers:"
                                    + " docker compose -f deploy/lab/compose.yaml run --rm lab")
                            .formatted(tool.names.getFirst(), tool.debianPackage));
        }
        progress.accept("fetching the package " + tool.debianPackage + " (once; nothing is installed)");
        try {
            Files.createDirectories(cache.resolve("deb"));
            var downloads = Files.createTempDirectory(cache.resolve("deb"), tool.debianPackage + "-download-");
            try {
                download(tool.debianPackage, downloads);
                unpack(downloads, root);
            } finally {
                Folders.delete(downloads);
            }
        } catch (IOException e) {
            throw new LabException(
                    "the cache " + cache + " cannot be used: " + e.getMessage()
                            + "; set TOCSIN_CACHE to a folder that can be written",
                    e);
        }
    }

    /** With the system's package lists where they are there and fit, else with lists of our own, fetched now. */
    private void download(String debianPackage, Path into) throws LabException, InterruptedException {
        try {
            Program.run("apt-get", List.of("apt-get", "download", debianPackage), into, DOWNLOAD);
        } catch (LabException _) {
            var state = cache.resolve("apt");
            try {
                Files.createDirectories(state.resolve("lists/partial"));
                Files.createDirectories(state.resolve("archives/partial"));
            } catch (IOException e) {
                throw new LabException(state + " cannot be made: " + e.getMessage(), e);
            }
            var own = List.of(
                    "-o", "Dir::State::lists=" + state.resolve("lists"),
                    "-o", "Dir::Cache=" + state,
                    "-o", "Dir::Cache::archives=" + state.resolve("archives"),
                    "-o", "Debug::NoLocking=1",
                    "-o", "APT::Sandbox::User=" + System.getProperty("user.name"),
                    "-o", "Acquire::Retries=2");
            try {
                Program.run("apt-get-update", command(own, "update"), into, DOWNLOAD);
            } catch (LabException _) {
                progress.accept("some package lists could not be fetched; trying with what there is");
            }
            Program.run("apt-get-download", command(own, "download", debianPackage), into, DOWNLOAD);
        }
    }

    private static List<String> command(List<String> options, String... verb) {
        return concat(concat(List.of("apt-get"), options), List.of(verb));
    }

    private static List<String> concat(List<String> first, List<String> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }

    /** Whole or not at all: the folder gets its name only when everything is in it. */
    private static void unpack(Path downloads, Path root) throws IOException, LabException, InterruptedException {
        Path archive;
        try (var files = Files.list(downloads)) {
            archive = files.filter(
                            file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new LabException("apt-get downloaded no package into " + downloads));
        }
        var whole = Files.createDirectory(downloads.resolve("root"));
        Program.run("dpkg", List.of("dpkg", "-x", archive.toString(), whole.toString()), downloads, DOWNLOAD);
        Files.move(whole, root, StandardCopyOption.ATOMIC_MOVE);
    }
}
