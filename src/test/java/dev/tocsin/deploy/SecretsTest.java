package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No file of the repository holds a secret. */
final class SecretsTest {
    /** What is made, and what is not text of ours. */
    private static final Set<String> NOT_OURS = Set.of(".git", "target", "evidence", "node_modules", ".idea");

    /** As the issuers of each say what theirs look like; and a password in a file of settings. */
    private static final List<Pattern> SECRETS = Stream.of(
                    "-----BEGIN [A-Z ]*PRIVATE KEY-----\\s+[A-Za-z0-9+/=]{20}",
                    "\\bAKIA[0-9A-Z]{16}\\b",
                    "\\bgh[pousr]_[A-Za-z0-9]{36}\\b",
                    "\\bgithub_pat_[A-Za-z0-9_]{60,}",
                    "\\bglpat-[A-Za-z0-9_-]{20}",
                    "\\bxox[abprs]-[A-Za-z0-9-]{10,}",
                    "\\bAIza[0-9A-Za-z_-]{35}\\b",
                    "\\beyJ[A-Za-z0-9_-]{16,}\\.eyJ[A-Za-z0-9_-]{16,}\\.",
                    "AGE-SECRET-KEY-1[A-Z0-9]{58}",
                    "(?i)\\b(?:password|passwd|secret|api[-_]?key|token)\\b[\"']?\\s*[:=]\\s*[\"']?(?=[A-Za-z0-9+/_-]*[0-9])"
                            + "(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_-]{20,}",
                    "(?i)\\b(?:postgres(?:ql)?|https?)://[^\\s:/@\"'$<{%]+:[^\\s@/\"'$<{%.…]{6,}@")
            .map(Pattern::compile)
            .toList();

    @Test
    void noneIsInAFile() throws IOException {
        try (var files = Files.walk(Path.of("."))) {
            var all = files.filter(SecretsTest::isOurs)
                    .filter(Files::isRegularFile)
                    .toList();
            assertThat(all).hasSizeGreaterThan(500);
            assertThat(all.stream().flatMap(file -> secrets(file, text(file)))).isEmpty();
        }
    }

    /** Put together here, or this file would hold them. */
    @ParameterizedTest
    @ValueSource(
            strings = {"AKIA%sABCDEFGHIJKLMNOP", "password: %s3f9a8b7c6d5e4f3a2b1c0d", "postgres://me:%shunter22@pg/app"
            })
    void oneWouldBeFound(String text) {
        assertThat(secrets(Path.of("x"), text.formatted(""))).hasSize(1);
    }

    private static Stream<String> secrets(Path file, String text) {
        return SECRETS.stream()
                .flatMap(pattern -> pattern.matcher(text).results())
                .map(found ->
                        file + ":" + (text.substring(0, found.start()).lines().count() + 1));
    }

    private static boolean isOurs(Path file) {
        for (var part : file) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }
}
