package dev.tocsin.node;

import dev.tocsin.node.RestartRequest.Manner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The machine below, seen from a privileged container that shares its process ids.
 *
 * @param proc the machine's own /proc
 * @param cut shell command that is like a power cut
 * @param orderly shell command that restarts it in order
 */
public record Kernel(Path proc, String cut, String orderly) implements NodeAgent.Machine {
    @Override
    public String bootId() throws IOException {
        return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
    }

    @Override
    public Duration up() throws IOException {
        var seconds = Files.readString(proc.resolve("uptime")).split(" ", 2)[0];
        return Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000));
    }

    @Override
    public void restart(Manner manner) throws IOException, InterruptedException {
        var command = switch (manner) {
            case CUT -> cut;
            case ORDERLY -> orderly;
        };
        var status = new ProcessBuilder(List.of("sh", "-c", command))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("`" + command + "` ended with " + status + ", and the node is still there");
        }
    }
}
