package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The programs of a stack: for the system's from the PATH, else from Debian packages that are fetched and unpacked into a cache
 * without installing anything, else (PostgreSQL) from the binaries that came with the build.
 */
public final class Binaries {
    private static final Duration QUICK = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("(?:, version |\\(PostgreSQL\\) )(\\d+(?:\\.\\d+)*)");

    /** What the lab needs, under the names it goes by, and the Debian packages that may have it, the likelier first. */
    public enum Tool {
        PROMETHEUS("Prometheus", List.of("prometheus"), List.of("prometheus")),
        PROMTOOL("promtool", List.of("promtool", "prometheus"), List.of("promtool")),
        ALERTMANAGER(
                "Alertmanager",
                List.of("prometheus-alertmanager", "alertmanager"),
                List.of("alertmanager", "prometheus-alertmanager")),
        AMTOOL("amtool", List.of("amtool", "prometheus-alertmanager", "alertmanager"), List.of("amtool")),
        POSTGRES_EXPORTER(
                "postgres_exporter",
                List.of("prometheus-postgres-exporter"),
                List.of("postgres_exporter", "prometheus-postgres-exporter"));

        private final String title;
        private final List<String> packages;
        private final List<String> names;

        Tool(String title, List<String> packages, List<String> names) {
            this.title = title;
            this.packages = packages;
            this.names = names;
        }

        List<String> names() {
            return names;
        }

        List<String> packages() {
            return packages;
        }
    }

    private final Path cache;
    private final Stack stack;
    private final Packages packages;

    /** Those of the stack that this process was told to run. */
    public Binaries(Path cache, Consumer<String> progress) {
        this(cache, Stack.chosen(), progress);
    }

    Binaries(Path cache, Stack stack, Consumer<String> progress) {
        this.cache = cache.toAbsolutePath();
        this.stack = stack;
        packages = new Packages(this.cache, stack, progress);
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
        var installed = installed(tool);
        return installed.isPresent() ? installed.get() : within(tool, packages.unpacked(tool.packages));
    }

    /**
     * Fetches all that a lab needs, in one go, and runs each program once.
     *
     * @return the stack with the exact versions, on one line
     */
    String prepare() throws LabException, InterruptedException {
        Identity.check();
        var tools = List.of(Tool.PROMETHEUS, Tool.ALERTMANAGER, Tool.POSTGRES_EXPORTER);
        var wanted = new TreeSet<String>();
        tools.stream().filter(tool -> installed(tool).isEmpty()).forEach(tool -> wanted.addAll(tool.packages));
        if (!wanted.isEmpty()) {
            var _ = packages.unpacked(wanted);
        }
        var line = new StringBuilder("stack " + stack + ": ");
        for (var tool : tools) {
            line.append(tool.title).append(' ').append(version(tool)).append(", ");
        }
        return line.append("PostgreSQL ").append(postgresVersion()).toString();
    }

    /** The version of a program, as it says itself. */
    String version(Tool tool) throws LabException, InterruptedException {
        return version(tool.title, List.of(find(tool).toString(), "--version"));
    }

    /** The version of the stack's PostgreSQL, asked as the user that it will run as. */
    String postgresVersion() throws LabException, InterruptedException {
        return version(
                "PostgreSQL",
                Identity.unprivileged(List.of(postgres().resolve("postgres").toString(), "--version")));
    }

    private String version(String title, List<String> command) throws LabException, InterruptedException {
        var folder = Lab.newHome();
        try {
            var ended = Program.end("version", command, Map.of(), folder, QUICK);
            var said = VERSION.matcher(ended.output());
            if (ended.exit() == 0 && said.find()) {
                return said.group(1);
            }
            throw new LabException("%s of stack %s does not run on this machine: %s; %s"
                    .formatted(
                            title,
                            stack,
                            ended.output().lines().findFirst().orElse("it ended with " + ended.exit()),
                            stack == Stack.SYSTEM
                                    ? "see what this says: " + String.join(" ", command)
                                    : "take what the machine has: ./tocsin lab --stack " + Stack.SYSTEM));
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws LabException {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new LabException(folder + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    /** What must stand before Alertmanager's command: nothing, unless it comes from a package that is only unpacked. */
    public List<String> alertmanagerPrefix() throws LabException, InterruptedException {
        var program = find(Tool.ALERTMANAGER);
        return program.startsWith(cache)
                ? AlertmanagerTemplates.prefix(program.resolve("../../..").normalize())
                : List.of();
    }

    /** The folder with {@code postgres} and {@code initdb}: the stack's, or the newest of this machine, or the build's. */
    public Path postgres() throws LabException {
        var release = stack.release();
        if (release.isPresent()) {
            return EmbeddedPostgres.unpack(cache, release.get().postgres());
        }
        var chosen = System.getenv("TOCSIN_PG_BIN");
        if (chosen != null && !chosen.isEmpty()) {
            return Path.of(chosen);
        }
        var installed = onPath(List.of("initdb"))
                .map(Binaries::folderOf)
                .filter(Binaries::holdsPostgres)
                .or(Binaries::newestDebianPostgres);
        return installed.isPresent() ? installed.get() : EmbeddedPostgres.unpack(cache, EmbeddedPostgres.NEWEST);
    }

    private static Optional<Path> newestDebianPostgres() {
        try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.sorted(Comparator.comparingDouble(Binaries::major).reversed())
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

    private static double major(Path folder) {
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

    private Optional<Path> installed(Tool tool) {
        return stack == Stack.SYSTEM ? onPath(tool.names) : Optional.empty();
    }

    static Optional<Path> onPath(List<String> names) {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** The first of the packages that has the program has it; which one that is differs between releases. */
    private Path within(Tool tool, Map<String, Path> roots) throws LabException {
        for (var name : tool.packages) {
            var root = Optional.ofNullable(roots.get(name));
            var program = root.isPresent() ? within(root.get(), tool.names) : Optional.<Path>empty();
            if (program.isPresent()) {
                return program.get();
            }
        }
        throw new LabException(
                "%s of stack %s cannot be had: %s of these packages %s; take another stack, or install %s and use --stack %s"
                        .formatted(
                                tool.title,
                                stack,
                                roots.isEmpty() ? "the archive has none" : "it is in none",
                                tool.packages,
                                tool.names.getFirst(),
                                Stack.SYSTEM));
    }

    private static Optional<Path> within(Path root, List<String> names) throws LabException {
        if (!Files.isDirectory(root.resolve("usr/bin"))) {
            return Optional.empty();
        }
        try (var walk = Files.walk(root.resolve("usr/bin"), 1, FileVisitOption.FOLLOW_LINKS)) {
            return walk.filter(file -> names.contains(file.getFileName().toString()))
                    .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst();
        } catch (IOException e) {
            throw new LabException(root + " cannot be read: " + e.getMessage(), e);
        }
    }
}
