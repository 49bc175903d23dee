package dev.tocsin.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown file that people write and Tocsin adds to. What Tocsin did not write stays as it is, byte for byte; a reader
 * sees the file before or after, never between; of several writers at once each finds what the one before it wrote.
 */
public final class Runbook {
    /** What became of the file. */
    public enum Outcome {
        WRITTEN,
        /** The run stands there already. */
        KNOWN,
        /** The block tells of a later run. */
        OLDER,
        /** There is no block for the scenario. */
        NO_BLOCK,
        /** There are several blocks for the scenario, or one without an end. */
        UNCLEAR_BLOCK
    }

    private static final String END = "<!-- /tocsin -->";

    private static final String PREFACE = """
            # Runbook log

            One line for each run, the newest last. `tocsin report EVIDENCE --runbook FILE` adds them.

            """;

    private static final Pattern RUN_ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** The threads of one process take turns here: a file's lock is the whole process'. */
    private static final ReentrantLock TURNS = new ReentrantLock();

    private final Path file;

    public Runbook(Path file) {
        this.file = file;
    }

    /** What the block for a scenario begins with; it ends with {@code <!-- /tocsin -->}. Both stand on a line of their own. */
    public static String marker(String scenario) {
        return "<!-- tocsin:" + scenario + " -->";
    }

    /** Adds the run's row to the log's table, unless it stands there; makes file and table where they are not there. */
    public Outcome append(RunbookEntry entry) throws IOException {
        return alone(() -> {
            var text = Files.exists(file) ? read() : PREFACE;
            var lines = lines(text);
            var title = lines.stream().map(String::stripTrailing).toList().indexOf(RunbookEntry.TITLE);
            var row = entry.row();
            if (title < 0) {
                var gap = text.isBlank() || lines.getLast().isBlank() ? List.<String>of() : List.of("");
                replace(inserted(
                        lines,
                        lines.size(),
                        Stream.concat(gap.stream(), Stream.of(RunbookEntry.TITLE, RunbookEntry.RULE, row))
                                .toList()));
                return Outcome.WRITTEN;
            }
            var end = title + 1;
            while (end < lines.size() && lines.get(end).startsWith("|")) {
                end++;
            }
            if (lines.subList(title, end).stream().anyMatch(line -> line.contains(entry.id()))) {
                return Outcome.KNOWN;
            }
            replace(inserted(lines, end, List.of(row)));
            return Outcome.WRITTEN;
        });
    }

    /** Writes the run into the block of its scenario, in place of what stood there. */
    public Outcome update(RunbookEntry entry) throws IOException {
        return alone(() -> {
            var lines = lines(read());
            var stripped = lines.stream().map(String::strip).toList();
            var begin = stripped.indexOf(marker(entry.scenario()));
            if (begin < 0) {
                return Outcome.NO_BLOCK;
            }
            var end = begin + 1;
            while (end < lines.size()
                    && !stripped.get(end).equals(END)
                    && !stripped.get(end).startsWith("<!-- tocsin:")) {
                end++;
            }
            if (end == lines.size()
                    || !stripped.get(end).equals(END)
                    || stripped.lastIndexOf(marker(entry.scenario())) != begin) {
                return Outcome.UNCLEAR_BLOCK;
            }
            var block = lines.subList(begin + 1, end);
            if (newest(block).filter(id -> id.compareTo(entry.id()) > 0).isPresent()) {
                return Outcome.OLDER;
            }
            var without = new ArrayList<>(lines);
            without.subList(begin + 1, end).clear();
            var text = inserted(without, begin + 1, entry.block(block));
            if (text.equals(String.join("", lines))) {
                return Outcome.KNOWN;
            }
            replace(text);
            return Outcome.WRITTEN;
        });
    }

    /** The ids of runs are UUIDs of version 7, so they sort by time. */
    private static Optional<String> newest(List<String> block) {
        return block.stream()
                .flatMap(line -> RUN_ID.matcher(line).results())
                .map(MatchResult::group)
                .max(String::compareTo);
    }

    private String read() throws IOException {
        return bytes(Files.readAllBytes(file));
    }

    /** Each with its end. */
    private static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        for (var from = 0; from < text.length(); ) {
            var end = text.indexOf('\n', from);
            var next = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(from, next));
            from = next;
        }
        return lines;
    }

    /** The text with more lines before the one at that place, each ended as the file's lines are. */
    private static String inserted(List<String> lines, int at, List<String> more) {
        var lineEnd = lines.stream().anyMatch(line -> line.endsWith("\r\n")) ? "\r\n" : "\n";
        var text = new StringBuilder(String.join("", lines.subList(0, at)));
        if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
            text.append(lineEnd);
        }
        more.forEach(line ->
                text.append(bytes(line.getBytes(StandardCharsets.UTF_8))).append(lineEnd));
        return text.append(String.join("", lines.subList(at, lines.size()))).toString();
    }

    /** One character for each byte, so that what is no UTF-8 stays what it is. */
    private static String bytes(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private interface Work {
        Outcome done() throws IOException;
    }

    /**
     * Does the work while no other does: in this process by turns, beside others by the lock of a file that is removed
     * afterwards. Whoever waited for it finds another or none in its place, and waits again.
     */
    private Outcome alone(Work work) throws IOException {
        var lock = absolute().resolveSibling("." + absolute().getFileName() + ".lock");
        TURNS.lock();
        try {
            while (true) {
                var token = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
                try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        var _ = channel.lock()) {
                    channel.truncate(0).write(ByteBuffer.wrap(token));
                    if (holds(lock, token)) {
                        try {
                            return work.done();
                        } finally {
                            Files.deleteIfExists(lock);
                        }
                    }
                }
            }
        } finally {
            TURNS.unlock();
        }
    }

    /** Whether what is locked is what stands there: the one before removes it. */
    private static boolean holds(Path lock, byte[] token) throws IOException {
        try {
            return Arrays.equals(Files.readAllBytes(lock), token);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** The file itself, where a link leads to it. */
    private Path absolute() throws IOException {
        return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    }

    private void replace(String text) throws IOException {
        var to = absolute();
        var whole = to.resolveSibling("." + to.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (var channel = FileChannel.open(whole, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (Files.exists(to)) {
                keepPermissions(to, whole);
            }
            Files.move(whole, to, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** A file that nobody may write is meant to stay, even where a rename could replace it. */
    private static void keepPermissions(Path from, Path to) throws IOException {
        if (!Files.isRegularFile(from)) {
            throw new FileSystemException(from.toString(), null, "not a file");
        }
        var posix = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        if (posix != null) {
            var permissions = posix.readAttributes().permissions();
            if (permissions.stream()
                    .noneMatch(permission -> permission == PosixFilePermission.OWNER_WRITE
                            || permission == PosixFilePermission.GROUP_WRITE
                            || permission == PosixFilePermission.OTHERS_WRITE)) {
                throw new AccessDeniedException(from.toString(), null, "it is read-only");
            }
            Files.setPosixFilePermissions(to, permissions);
        }
        if (!Files.isWritable(from)) {
            throw new AccessDeniedException(from.toString(), null, "it is read-only");
        }
    }
}
