package dev.tocsin.domain.verdict;

import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.Durability.Allowed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a pass of a durability scenario does not say. */
public final class Unproved {
    private Unproved() {}

    /** One line each; empty for a run that kept no ledger. */
    public static List<String> lines(RunState run) {
        if (run.ledger().opened().isEmpty()) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        if (powerCut(run)) {
            lines.add(
                    "The node booted anew. Where it is a machine that lost its power, fsync was tested as far as disk,"
                            + " controller and hypervisor tell the truth: a virtual machine that is reset keeps what its host had"
                            + " cached, and so does a disk whose own power stayed on. Where the node is a container on a kernel"
                            + " that went on (kind, k3d, the lab), that kernel kept what was written to it, and fsync was not"
                            + " tested.");
        } else {
            lines.add("A killed process leaves what it wrote to the kernel, so fsync was not tested; only a power cut"
                    + " tests it.");
            lines.add("A disk, a controller or a hypervisor that acknowledges before it has stored is not found out.");
        }
        lines.add(
                setting(run, "data_checksums")
                                .filter(value -> value.equals("on"))
                                .isPresent()
                        ? "data_checksums is on, so each page that was read from the disk was verified; pages still in memory were not read."
                        : "data_checksums is off, so a page that the storage changed is found only where it changed a row that was read.");
        setting(run, "synchronous_standby_names")
                .filter(String::isEmpty)
                .ifPresent(
                        _ -> lines.add(
                                "No standby is synchronous: with the volume, everything is lost. Nothing was shown of a failover."));
        setting(run, "synchronous_commit")
                .filter(value -> value.equals("off") || value.equals("local"))
                .ifPresent(
                        value -> lines.add(
                                "synchronous_commit = " + value
                                        + " lets a server lose what it acknowledged; that this run lost nothing was luck of the moment."));
        setting(run, "fsync")
                .filter(value -> value.equals("off"))
                .ifPresent(_ -> lines.add("fsync = off: after a power cut not even the past is safe."));
        run.scenario().durability().stream()
                .flatMap(durability -> durability.datasets().stream())
                .filter(dataset -> dataset.allows(Allowed.ROWS_ADDED)
                        || dataset.allows(Allowed.ROWS_CHANGED)
                        || dataset.allows(Allowed.ROWS_REMOVED))
                .forEach(dataset -> lines.add("Others may change rows of " + dataset.table()
                        + ", so a loss that looks like a change of theirs is not found."));
        run.ledger().standbys().ifPresent(seen -> {
            if (!seen.standbys().isEmpty()) {
                lines.add("Everything was read on the primary; what its standbys hold was not read.");
            }
            seen.hidden().ifPresent(why -> lines.add("The server did not tell: " + why));
        });
        run.ledger().leftOut().stream()
                .distinct()
                .forEach(left -> lines.add(left.what() + " was left out: " + left.why()));
        run.ledger().servers().stream()
                .flatMap(seen -> seen.server().silent().stream())
                .distinct()
                .forEach(silent -> lines.add("The server did not tell: " + silent));
        return lines;
    }

    /** A node that was not drained has another boot, and PostgreSQL had no time to stop. */
    private static boolean powerCut(RunState run) {
        return run.ledger().servers().stream().anyMatch(seen -> seen.server().canary() == Note.Canary.DEAD)
                && run.scenario().stress().stream()
                        .filter(step ->
                                step.stimulus() instanceof ClusterStimulus.NodeRestart restart && !restart.drain())
                        .flatMap(step -> run.stimulus(step.name()).stream())
                        .flatMap(trace -> trace.effects().stream())
                        .anyMatch(Effect.NodeRestarted.class::isInstance);
    }

    private static Optional<String> setting(RunState run, String name) {
        return run.ledger()
                .settings()
                .flatMap(settings -> settings.setting(name))
                .map(Note.Setting::value);
    }
}
