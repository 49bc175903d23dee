package dev.tocsin.cli;

import dev.tocsin.app.Logging;
import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.node.Kernel;
import dev.tocsin.node.NodeAgent;
import dev.tocsin.node.Permission;
import dev.tocsin.node.RestartKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the agent of one node until it is told to stop, or the node ends. */
@Command(
        name = "node-agent",
        mixinStandardHelpOptions = true,
        description = "Restart the node that this runs on, when Tocsin asks for it with its signature.")
final class NodeAgentCommand implements Callable<Integer> {
    @Option(names = "--node", required = true, paramLabel = "NAME", description = "The node that this runs on.")
    private String node = "";

    @Option(
            names = "--namespace",
            required = true,
            paramLabel = "NAME",
            description = "Where the ConfigMap node-restart is.")
    private String namespace = "";

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Tocsin's Ed25519 public key, in PEM.")
    private Path key = Path.of("");

    @Option(
            names = "--days",
            split = ",",
            paramLabel = "DAY",
            description = "Days on which it may restart, as MONDAY,TUESDAY. Default: all.")
    private Set<DayOfWeek> days = Set.of(DayOfWeek.values());

    @Option(
            names = "--from",
            paramLabel = "HH:MM",
            defaultValue = "00:00",
            description = "The time of day from which it may. Default: ${DEFAULT-VALUE}.")
    private String from = "00:00";

    @Option(
            names = "--until",
            paramLabel = "HH:MM",
            defaultValue = "00:00",
            description = "Until when; the same as --from is the whole day. Default: ${DEFAULT-VALUE}.")
    private String until = "00:00";

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            defaultValue = "UTC",
            description = "Of days and times. Default: ${DEFAULT-VALUE}.")
    private String zone = "UTC";

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            defaultValue = "10m",
            description =
                    "The least time between two restarts of any node, and since this node's boot. Default: ${DEFAULT-VALUE}.")
    private String interval = "10m";

    @Option(
            names = "--cut",
            paramLabel = "COMMAND",
            defaultValue = "echo b >/proc/sysrq-trigger",
            description = "Shell command for a restart like a power cut. Default: ${DEFAULT-VALUE}.")
    private String cut = "";

    @Option(
            names = "--orderly",
            paramLabel = "COMMAND",
            defaultValue = "nsenter --target 1 --mount --uts --ipc --net systemctl reboot",
            description = "Shell command for a restart in order. Default: ${DEFAULT-VALUE}.")
    private String orderly = "";

    @Option(
            names = "--proc",
            paramLabel = "DIR",
            defaultValue = "/proc/1/root/proc",
            description = "The node's own /proc. Default: ${DEFAULT-VALUE}.")
    private Path proc = Path.of("/proc/1/root/proc");

    @Override
    public Integer call() throws InterruptedException {
        System.setProperty(Logging.PROPERTY, Logging.STDOUT);
        try (var cluster = KubernetesPods.fromEnvironment()) {
            new NodeAgent(
                            node,
                            cluster.board(namespace),
                            cluster.nodes(),
                            RestartKeys.trusted(key),
                            permission(),
                            new Kernel(proc, cut, orderly),
                            InstantSource.system())
                    .run();
            return ExitCode.PASSED;
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException(ExitCode.USAGE, "the node agent cannot start: " + e.getMessage());
        }
    }

    private Permission permission() {
        try {
            return new Permission(
                    days, LocalTime.parse(from), LocalTime.parse(until), ZoneId.of(zone), Durations.parse(interval));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
