package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AlertmanagerTemplatesTest {
    private static final String HERE = "./".repeat(17);

    @TempDir
    Path root;

    @Test
    void everyMentionOfTheFolderBecomesOneOfTheSameLength() throws IOException {
        template();
        var program = program("a/usr/share/prometheus/alertmanagerb/usr/share/prometheus/alertmanager/ui/c");

        AlertmanagerTemplates.relocate(root);

        assertThat(program).hasContent("a" + HERE + "b" + HERE + "/ui/c");
        assertThat(AlertmanagerTemplates.prefix(root))
                .last()
                .isEqualTo(root.resolve("usr/share/prometheus/alertmanager").toString());
    }

    @Test
    void aProgramThatLooksElsewhereIsToldAtOnce() throws IOException {
        template();
        program("/usr/share/alertmanager");

        assertThatThrownBy(() -> AlertmanagerTemplates.relocate(root))
                .hasMessageContaining("does not look for them in /usr/share/prometheus/alertmanager");
    }

    @Test
    void aPackageWithoutTemplatesStaysAsItIs() throws IOException {
        var program = program("/usr/share/prometheus/alertmanager");

        AlertmanagerTemplates.relocate(root);

        assertThat(program).hasContent("/usr/share/prometheus/alertmanager");
        assertThat(AlertmanagerTemplates.prefix(root)).isEmpty();
    }

    private void template() throws IOException {
        Files.createFile(Files.createDirectories(root.resolve("usr/share/prometheus/alertmanager"))
                .resolve("default.tmpl"));
    }

    private Path program(String content) throws IOException {
        return Files.writeString(
                Files.createDirectories(root.resolve("usr/bin")).resolve("prometheus-alertmanager"), content);
    }
}
