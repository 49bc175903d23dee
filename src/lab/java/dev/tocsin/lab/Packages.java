package dev.tocsin.lab;

import dev.tocsin.lab.Binaries.Tool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Debian packages of a stack, fetched by apt-get, which checks their signatures, and unpacked into a cache, each version
 * into a folder of its own. Nothing is installed. What is in the cache needs no archive any more.
 */
final class Packages {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** How long the packages of a release that moves on are as good as new. */
    private static final Duration FRESH = Duration.ofDays(7);

    /** How long fetched lists are taken again without being asked for. */
    private static final Duration RECENT = Duration.ofHours(1);

    private static final ReentrantLock FETCHING = new ReentrantLock();
    private static final Pattern FIELD = Pattern.compile("(?m)^(Package|Version|Architecture): (.*)$");
    private static final Pattern RELEASE = Pattern.compile("[a-z]+");
    private static final Pattern FILE = Pattern.compile("(.+)_(.+)_(.+)\\.deb");

    /** Stands in the list for a package that the archive does not have. */
    private static final String NONE = "-";

    private static final List<Path> KEYRINGS = List.of(
            Path.of("/usr/share/keyrings/debian-archive-keyring.gpg"),
            Path.of("/usr/share/keyrings/debian-archive-keyring.pgp"));

    private final Path cache;
    private final Stack stack;
    private final Consumer<String> progress;

    /**
     * Where apt-get may take packages from.
     *
     * @param options of apt that say so
     * @param update whether its lists must be fetched first
     */
    private record Source(List<String> options, boolean update) {}

    Packages(Path cache, Stack stack, Consumer<String> progress) {
        this.cache = cache;
        this.stack = stack;
        this.progress = progress;
    }

    /** The folders of these packages, fetched when needed; those that the archive does not have are left out. Blocks. */
    Map<String, Path> unpacked(Collection<String> names) throws LabException, InterruptedException {
        FETCHING.lockInterruptibly(); // a file's lock is one of the whole process
        try {
            Files.createDirectories(cache.resolve("deb"));
            try (var channel = FileChannel.open(
                            cache.resolve("deb/lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                return present(names);
            }
        } catch (IOException e) {
            throw new LabException(
                    "the cache " + cache + " cannot be written (" + e
                            + "); set TOCSIN_CACHE to a folder that can: export TOCSIN_CACHE=$HOME/.cache/tocsin",
                    e);
        } finally {
            FETCHING.unlock();
        }
    }

    private Map<String, Path> present(Collection<String> names) throws IOException, LabException, InterruptedException {
        var list = cache.resolve("deb").resolve(key() + ".list");
        var known = read(list);
        var complete = known.keySet().containsAll(names)
                && known.entrySet().stream()
                        .filter(entry -> names.contains(entry.getKey()))
                        .allMatch(this::isThere);
        if (!complete || isMoving() && !isYoung(list, FRESH)) {
            // With those that are there already, so that none of the same list stays behind the others.
            var wanted = new TreeSet<>(names);
            known.entrySet().stream()
                    .filter(this::isThere)
                    .map(Map.Entry::getKey)
                    .forEach(wanted::add);
            try {
                known = fetch(wanted, isYoung(list, RECENT));
                write(list, known);
            } catch (LabException e) {
                if (!complete) {
                    throw e;
                }
                progress.accept("newer packages cannot be fetched; taking those of "
                        + Files.getLastModifiedTime(list).toInstant());
            }
        }
        var folders = new TreeMap<String, Path>();
        known.forEach((name, version) -> {
            if (names.contains(name) && !version.equals(NONE)) {
                folders.put(name, folder(name, version));
            }
        });
        return folders;
    }

    private boolean isThere(Map.Entry<String, String> known) {
        return known.getValue().equals(NONE) || Files.isDirectory(folder(known.getKey(), known.getValue()));
    }

    private boolean isMoving() {
        return stack.release().filter(Stack.Release::moving).isPresent();
    }

    private static boolean isYoung(Path list, Duration age) throws IOException {
        return Files.exists(list)
                && Files.getLastModifiedTime(list)
                        .toInstant()
                        .isAfter(Instant.now().minus(age));
    }

    /** What a version is may differ between the releases that a machine has seen. */
    private String key() throws IOException {
        return stack.release().isPresent() ? stack.toString() : stack + "-" + codename();
    }

    private static String codename() throws IOException {
        var release = Path.of("/etc/os-release");
        if (!Files.isReadable(release)) {
            return "other";
        }
        return Files.readAllLines(release).stream()
                .filter(line -> line.startsWith("VERSION_CODENAME="))
                .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
                .findFirst()
                .orElse("other");
    }

    private Path folder(String name, String version) {
        return cache.resolve("deb").resolve(name + "_" + version);
    }

    /** The versions in a list, by package. */
    private static Map<String, String> read(Path list) throws IOException {
        var versions = new TreeMap<String, String>();
        if (Files.exists(list)) {
            for (var line : Files.readAllLines(list)) {
                var space = line.indexOf(' ');
                if (space > 0) {
                    versions.put(line.substring(0, space), line.substring(space + 1));
                }
            }
        }
        return versions;
    }

    private static void write(Path list, Map<String, String> versions) throws IOException {
        var lines = versions.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
        var whole = Files.write(list.resolveSibling(list.getFileName() + ".new"), lines);
        Files.move(whole, list, StandardCopyOption.ATOMIC_MOVE);
    }

    private Map<String, String> fetch(Collection<String> names, boolean recent)
            throws IOException, LabException, InterruptedException {
        for (var tool : List.of("apt-get", "apt-cache")) {
            if (Binaries.onPath(List.of(tool)).isEmpty()) {
                throw new LabException(
                        "this is no Debian or Ubuntu, on which the packages of " + String.join(", ", names)
                                + " could be fetched; install these, or run the lab in a container:"
                                + " docker compose -f deploy/lab/compose.yaml run --rm lab");
            }
        }
        var work = Files.createTempDirectory(cache.resolve("deb"), "download-");
        try {
            Optional<LabException> first = Optional.empty();
            for (var source : sources(work, recent)) {
                try {
                    // Each in a folder of its own, for one that fails may leave some packages.
                    return fetch(names, source, Files.createTempDirectory(work, "from-"));
                } catch (LabException e) {
                    first = source.update() ? first.or(() -> Optional.of(e)) : first;
                }
            }
            throw first.orElseThrow(() -> unavailable("the machine has no source of packages"));
        } finally {
            Folders.delete(work);
        }
    }

    private LabException unavailable(String why) {
        return new LabException(
                stack == Stack.SYSTEM
                        ? "the packages of this machine's release cannot be fetched: " + why
                                + "; install them: apt-get install prometheus prometheus-alertmanager prometheus-postgres-exporter"
                        : "the packages of " + stack + " cannot be fetched: " + why
                                + "; take what the machine has: ./tocsin lab --stack " + Stack.SYSTEM);
    }

    /** The first that works is taken. */
    private List<Source> sources(Path work, boolean recent) throws IOException, LabException, InterruptedException {
        var release = stack.release();
        if (release.isEmpty()) {
            // The system's lists where they are there and fit, else lists of our own, fetched now.
            return List.of(new Source(List.of(), false), new Source(lists(cache.resolve("apt/system")), true));
        }
        var sources = new ArrayList<Source>();
        for (var mirror : mirrors(work)) {
            var options = of(release.get(), mirror);
            if (recent) {
                sources.add(new Source(options, false));
            }
            sources.add(new Source(options, true));
        }
        return sources;
    }

    /** Where this machine takes Debian's own packages from, by what its sources say; of others the signature will not do. */
    private List<String> mirrors(Path work) throws LabException, InterruptedException {
        var targets = apt(
                work,
                "apt-get",
                List.of(),
                "indextargets",
                "--no-release-info",
                "--format",
                "$(SITE) $(RELEASE) $(COMPONENT)",
                "Created-By: Packages");
        var mirrors = targets.lines()
                .map(line -> List.of(line.split(" ", -1)))
                .filter(target -> target.size() == 3
                        && RELEASE.matcher(target.get(1)).matches()
                        && target.get(2).equals("main"))
                .map(List::getFirst)
                .distinct()
                .toList();
        if (mirrors.isEmpty() || !hasKey()) {
            throw unavailable(
                    mirrors.isEmpty()
                            ? "this machine has no source of Debian packages"
                            : "this machine does not have the key of Debian's archive");
        }
        return mirrors;
    }

    private static boolean hasKey() {
        if (KEYRINGS.stream().anyMatch(Files::isReadable)) {
            return true;
        }
        try (var keys = Files.newDirectoryStream(Path.of("/etc/apt/trusted.gpg.d"), "debian-archive-*")) {
            return keys.iterator().hasNext();
        } catch (IOException _) {
            return false;
        }
    }

    /** Lists of a release, beside the machine's own, of whose pins and preferences nothing holds for them. */
    private List<String> of(Stack.Release release, String mirror) throws IOException {
        var state = cache.resolve("apt").resolve(release.codename());
        var options = new ArrayList<>(lists(state));
        var key = KEYRINGS.stream()
                .filter(Files::isReadable)
                .findFirst()
                .map(file -> " signed-by=" + file)
                .orElse("");
        var list = Files.writeString(
                state.resolve("sources.list"),
                "deb [target=Packages%s] %s %s main%n".formatted(key, mirror, release.codename()));
        options.addAll(setting("Dir::Etc::sourcelist", list.toString()));
        options.addAll(setting("Dir::Etc::sourceparts", "/dev/null"));
        options.addAll(setting("Dir::Etc::preferences", "/dev/null"));
        options.addAll(setting("Dir::Etc::preferencesparts", "/dev/null"));
        options.addAll(setting("Dir::State::status", "/dev/null"));
        options.addAll(setting("APT::Default-Release", ""));
        if (release.moving()) {
            // A mirror that stands still for some days is still one whose packages Debian has signed.
            options.addAll(setting("Acquire::Check-Valid-Until", "false"));
        }
        return options;
    }

    private static List<String> lists(Path state) throws IOException {
        Files.createDirectories(state.resolve("lists/partial"));
        Files.createDirectories(state.resolve("archives/partial"));
        return Stream.of(
                        setting("Dir::State::lists", state.resolve("lists").toString()),
                        setting("Dir::Cache", state.toString()),
                        setting(
                                "Dir::Cache::archives",
                                state.resolve("archives").toString()),
                        setting("Debug::NoLocking", "1"),
                        setting("Acquire::Languages", "none"),
                        setting("APT::Update::Error-Mode", "any"))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> setting(String name, String value) {
        return List.of("-o", name + "=" + value);
    }

    /** Fetches what the cache lacks, in one go, and returns the version of each. */
    private Map<String, String> fetch(Collection<String> names, Source source, Path work)
            throws IOException, LabException, InterruptedException {
        Optional<LabException> stale = Optional.empty();
        if (source.update()) {
            progress.accept("fetching the package lists of "
                    + stack.release().map(Stack.Release::codename).orElse("this release"));
            try {
                apt(work, "apt-get", source.options(), "update");
            } catch (LabException e) {
                if (stack != Stack.SYSTEM) {
                    throw e;
                }
                stale = Optional.of(e); // sources of others are no reason to stop
            }
        }
        // Also those that are not needed now, so that the lists need not be fetched again for them.
        var candidates = Stream.of(Tool.values())
                .flatMap(tool -> tool.packages().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        candidates.addAll(names);
        var offered = offered(candidates, source, work);
        if (offered.isEmpty()) {
            throw stale.orElseGet(() -> unavailable("the lists have none of " + String.join(", ", names)));
        }
        var versions = candidates.stream()
                .collect(Collectors.toMap(
                        name -> name, name -> offered.getOrDefault(name, NONE), (a, _) -> a, TreeMap::new));
        var missing = versions.entrySet().stream()
                .filter(entry -> names.contains(entry.getKey()) && !isThere(entry))
                .map(entry -> entry.getKey() + "="
                        + entry.getValue().substring(0, entry.getValue().lastIndexOf('_')))
                .toList();
        if (!missing.isEmpty()) {
            progress.accept("fetching %s (once; nothing is installed)".formatted(String.join(", ", missing)));
            var verb = Stream.concat(Stream.of("download"), missing.stream()).toArray(String[]::new);
            apt(work, "apt-get", source.options(), verb);
            unpack(work, versions);
        }
        return versions;
    }

    /** The version and architecture of those that a source has, as {@code 2.42.0+ds-5_amd64}. */
    private Map<String, String> offered(Collection<String> names, Source source, Path work)
            throws LabException, InterruptedException {
        var verb = Stream.concat(Stream.of("show", "--no-all-versions"), names.stream())
                .toArray(String[]::new);
        String text;
        try {
            text = apt(work, "apt-cache", source.options(), verb);
        } catch (LabException _) {
            return Map.of(); // that is its answer where it knows none of them
        }
        return versions(text);
    }

    /** What {@code apt-cache show} says of versions. */
    static Map<String, String> versions(String text) {
        var versions = new TreeMap<String, String>();
        for (var stanza : text.split("\n\n", -1)) {
            var fields = new LinkedHashMap<String, String>();
            var field = FIELD.matcher(stanza);
            while (field.find()) {
                fields.putIfAbsent(field.group(1), field.group(2).strip());
            }
            if (fields.size() == 3) {
                versions.putIfAbsent(
                        fields.getOrDefault("Package", ""), fields.get("Version") + "_" + fields.get("Architecture"));
            }
        }
        return versions;
    }

    /** Each whole or not at all: a folder gets its name only when everything is in it. */
    private void unpack(Path downloads, Map<String, String> versions) throws IOException, LabException {
        try (var files = Files.newDirectoryStream(downloads, "*.deb")) {
            for (var file : files) {
                var name = FILE.matcher(file.getFileName().toString());
                if (!name.matches()) {
                    throw new LabException("apt-get downloaded something else: " + file.getFileName());
                }
                var whole = Files.createDirectory(downloads.resolve(name.group(1) + ".root"));
                try {
                    Unpacker.deb(file, whole);
                    AlertmanagerTemplates.relocate(whole);
                } catch (IOException e) {
                    throw new LabException(
                            "the package " + file.getFileName() + " cannot be unpacked into " + cache + ": " + e, e);
                }
                Files.move(
                        whole,
                        folder(name.group(1), versions.getOrDefault(name.group(1), NONE)),
                        StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** Runs apt and returns what it printed; of a failure the line that tells why. */
    private String apt(Path work, String program, List<String> options, String... verb)
            throws LabException, InterruptedException {
        var command = new ArrayList<>(List.of(program, "-q"));
        command.addAll(setting("APT::Sandbox::User", System.getProperty("user.name")));
        command.addAll(setting("Acquire::Retries", "2"));
        command.addAll(setting("Acquire::http::Timeout", "20"));
        command.addAll(setting("Acquire::https::Timeout", "20"));
        command.addAll(options);
        command.addAll(List.of(verb));
        var ended = Program.end(program, command, Map.of("LC_ALL", "C"), work, PATIENCE);
        if (ended.exit() != 0) {
            throw unavailable(reason(ended.output()));
        }
        return ended.output();
    }

    /** The first error that apt tells, without its letter. */
    static String reason(String output) {
        return output.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("E: ") || line.startsWith("W: "))
                .map(line -> line.substring(3))
                .findFirst()
                .orElse("apt says nothing about why")
                .replaceAll("\\s+", " ");
    }
}
