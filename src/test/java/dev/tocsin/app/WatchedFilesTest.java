package dev.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.http.ApiTokens;
import dev.tocsin.http.HeardLog;
import dev.tocsin.node.RestartKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a value when its file changes. */
final class WatchedFilesTest {
    @TempDir
    private Path home = Path.of("");

    private final WatchedFiles files = new WatchedFiles();

    @AfterEach
    void close() {
        files.close();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(home.resolve("secret"), text);
    }

    @Test
    void aSecretIsReadAnewByItself() throws Exception {
        var secret = files.secret(write(" first\n"));
        assertThat(secret.last()).isEqualTo("first");

        var _ = write("second");

        Awaitility.await().until(() -> secret.last().equals("second"));
    }

    @Test
    void whoNeedsItNowGetsItNow() throws Exception {
        var secret = files.secret(write("first"));

        var _ = write("second");

        assertThat(secret.now()).isEqualTo("second");
    }

    @Test
    void aSwappedLinkIsAChange() throws Exception {
        Files.writeString(Files.createDirectory(home.resolve("..1")).resolve("secret"), "first");
        Files.writeString(Files.createDirectory(home.resolve("..2")).resolve("secret"), "second");
        Files.createSymbolicLink(home.resolve("..data"), Path.of("..1"));
        var secret = files.secret(Files.createSymbolicLink(home.resolve("secret"), Path.of("..data/secret")));

        Files.createSymbolicLink(home.resolve("..new"), Path.of("..2"));
        Files.move(home.resolve("..new"), home.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(secret.now()).isEqualTo("second");
    }

    @Test
    void whatCannotBeUsedChangesNothingAndIsToldOfOnce() throws Exception {
        var hash = "0".repeat(64);
        var file = write("ada operator " + hash + "\n");
        try (var log = new HeardLog()) {
            var tokens = files.read(List.of(file), texts -> ApiTokens.read(file, texts.getFirst()));
            var before = tokens.last();

            var _ = write("ada operator " + hash + "\nbob hunter2 " + hash + "\n");
            assertThat(tokens.now()).isSameAs(before);
            assertThat(tokens.now()).isSameAs(before);
            Files.delete(file);
            assertThat(tokens.now()).isSameAs(before);
            assertThat(tokens.now()).isSameAs(before);
            var _ = write("bob viewer " + hash);
            assertThat(tokens.now()).isNotSameAs(before);

            assertThat(log.lines())
                    .extracting(line -> line.path("level").asString() + " "
                            + line.path("reason").asString(""))
                    .containsExactly(
                            "WARN " + file + ":2: the role is viewer or operator",
                            "WARN " + file + " cannot be read (NoSuchFileException)",
                            "INFO ");
            assertThat(log.text()).doesNotContain("hunter2", hash);
        }
    }

    @Test
    void whatWasUsedBeforeIsNoTroubleWhenItIsBack() throws Exception {
        var secret = files.secret(write("first"));
        try (var log = new HeardLog()) {
            var _ = write("\n");
            assertThat(secret.now()).isEqualTo("first");
            var _ = write("first");
            assertThat(secret.now()).isEqualTo("first");
            var _ = write("\n");
            assertThat(secret.now()).isEqualTo("first");

            assertThat(log.lines())
                    .extracting(line -> line.path("reason").asString())
                    .containsExactly(home.resolve("secret") + " is empty", home.resolve("secret") + " is empty");
        }
    }

    @Test
    void theKeyOfTheNodeAgentsIsReadAnew() throws Exception {
        var keys = java.security.KeyPairGenerator.getInstance("Ed25519");
        var first = keys.generateKeyPair().getPrivate();
        var second = keys.generateKeyPair().getPrivate();
        var file = write(pem(first));
        var key = files.read(List.of(file), texts -> RestartKeys.signing(file, texts.getFirst()));
        assertThat(key.now()).isEqualTo(first);

        var _ = write(pem(second).replace("PRIVATE", "PUBLIC"));
        try (var log = new HeardLog()) {
            assertThat(key.now()).isEqualTo(first);
            assertThat(log.lines())
                    .extracting(line -> line.path("reason").asString())
                    .containsExactly(file + " holds no PRIVATE KEY in PEM");
        }
        var _ = write(pem(second));
        assertThat(key.now()).isEqualTo(second);
    }

    private static String pem(java.security.PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Test
    void whoListensMayRefuse() throws Exception {
        var secret = files.secret(write("first"));
        var heard = new ArrayList<String>();
        secret.onChange(fresh -> {
            heard.add(fresh);
            if (fresh.equals("second")) {
                throw new IllegalStateException("not that one");
            }
        });

        var _ = write("second");
        assertThat(secret.now()).isEqualTo("first");
        var _ = write("third");
        assertThat(secret.now()).isEqualTo("third");

        assertThat(heard).contains("second").endsWith("third");
    }

    @Test
    void whatCannotBeUsedAtTheStartIsAMistake() throws Exception {
        var file = write(" \n");
        assertThatThrownBy(() -> files.secret(file)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> files.secret(home.resolve("none"))).isInstanceOf(IOException.class);
    }
}
