package dev.tocsin.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are read anew once they hold something else. Only what is read counts, not how it came there, so a symlink that
 * is swapped, as the kubelet does with a mounted Secret, is a change like any other. What cannot be used leaves the value
 * as it was, and is logged once.
 */
final class WatchedFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

    /** A Secret takes a minute to reach a pod, so this adds nothing that anybody could notice. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final List<Watched<?>> all = new CopyOnWriteArrayList<>();
    private final Thread looking;

    WatchedFiles() {
        looking = Thread.ofVirtual().name("watched-files").start(this::look);
    }

    /**
     * Reads files.
     *
     * @param reading makes a value of what they hold, or throws {@link IllegalArgumentException}, whose message names file
     *     and line and is logged
     */
    <T> Watched<T> read(List<Path> files, Function<List<String>, T> reading) throws IOException {
        var watched = new Watched<>(files, reading);
        all.add(watched);
        return watched;
    }

    /** Reads the one secret that is all of a file. */
    Watched<String> secret(Path file) throws IOException {
        return read(List.of(file), texts -> {
            var secret = texts.getFirst().strip();
            if (secret.isEmpty()) {
                throw new IllegalArgumentException(file + " is empty");
            }
            return secret;
        });
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                all.forEach(Watched::look);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    @Override
    public void close() {
        looking.interrupt();
    }

    /** What files hold, or held when they could last be used. */
    static final class Watched<T> {
        private final List<Path> files;
        private final Function<List<String>, T> reading;
        private String digest;
        private volatile T value;
        private Optional<String> trouble = Optional.empty();
        private Consumer<T> listener = _ -> {};

        private Watched(List<Path> files, Function<List<String>, T> reading) throws IOException {
            this.files = List.copyOf(files);
            this.reading = reading;
            var texts = texts();
            digest = digest(texts);
            value = reading.apply(texts);
        }

        /** As it was when somebody last looked, a second ago at the most. */
        T last() {
            return value;
        }

        /** As it is now. */
        T now() {
            look();
            return value;
        }

        /** Who hears of each new value; what the listener throws is logged, and the value counts as not usable. */
        synchronized void onChange(Consumer<T> hearing) {
            listener = hearing;
        }

        private synchronized void look() {
            try {
                var texts = texts();
                var found = digest(texts);
                if (!found.equals(digest)) {
                    var fresh = reading.apply(texts);
                    listener.accept(fresh);
                    value = fresh;
                    digest = found;
                    LOG.atInfo().addKeyValue("files", files.toString()).log("files were read anew");
                }
                trouble = Optional.empty();
            } catch (IOException | IllegalArgumentException e) {
                complain(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) { // of a listener
                complain(files + " cannot be used: " + e.getMessage());
            }
        }

        private void complain(String what) {
            if (!trouble.equals(Optional.of(what))) {
                trouble = Optional.of(what);
                LOG.atWarn()
                        .addKeyValue("reason", what)
                        .log("files cannot be used; what they held before stays in use");
            }
        }

        private List<String> texts() throws IOException {
            var texts = new ArrayList<String>();
            for (var file : files) {
                try {
                    texts.add(Files.readString(file));
                } catch (IOException e) {
                    throw new IOException(
                            file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
                }
            }
            return texts;
        }

        private static String digest(List<String> texts) {
            try {
                var digest = MessageDigest.getInstance("SHA-256");
                for (var text : texts) {
                    var bytes = text.getBytes(StandardCharsets.UTF_8);
                    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                    digest.update(bytes);
                }
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }
}
