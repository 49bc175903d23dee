package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Labs that are run as their user runs them, and leave nothing behind. */
abstract class LabRuns {
    static final Duration BOOT = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    /** The labs have a folder for temporary files of their own, so that other labs on the machine are not taken for theirs. */
    private final Path temporary;

    LabRuns() throws LabException {
        temporary = Lab.newHome();
    }

    /** Whatever happened: no process and no folder of a lab stays behind. */
    @AfterEach
    void nothingIsLeft() throws IOException {
        try (var folders = Files.list(temporary)) {
            assertThat(folders.filter(file -> file.getFileName().toString().startsWith("tocsin-lab-")))
                    .isEmpty();
        }
        assertThat(ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .filter(command -> command.contains(temporary.toString())))
                .isEmpty();
        Folders.delete(temporary);
    }

    Tocsin start(String... arguments) {
        return Tocsin.start(
                folder,
                Map.of(
                        "JAVA_TOOL_OPTIONS",
                        "-Djava.io.tmpdir=" + temporary + " -D" + Stack.PROPERTY + "=" + Stack.chosen()),
                arguments);
    }
}
