package dev.tocsin.domain.scenario;

import java.util.stream.Stream;

/**
 * Which scenarios must not run at the same time. On one target no two do, and a run that finds its target busy is refused.
 * On targets of their own, each with its own monitoring, only those disturb one another that need much of the machine
 * that the targets share: beside one of them the other's exporter may answer too late, and an alert rings that nobody caused.
 */
public final class Disturbance {
    private Disturbance() {}

    /** Whether two scenarios on targets of their own, on one machine, disturb each other. */
    public static boolean between(Scenario one, Scenario other) {
        return isHeavy(one) && isHeavy(other);
    }

    /** Whether it needs much of the machine: a whole core, or the disk. */
    public static boolean isHeavy(Scenario scenario) {
        return scenario.durability().isPresent() || stimuli(scenario).anyMatch(Disturbance::isHeavy);
    }

    private static Stream<Stimulus> stimuli(Scenario scenario) {
        return scenario.stress().stream().map(Stress::stimulus);
    }

    private static boolean isHeavy(Stimulus stimulus) {
        return switch (stimulus) {
            case SessionStimulus.CommitStorm _,
                    SessionStimulus.TransactionIdAge _,
                    TableStimulus.DeadTuples _,
                    TableStimulus.Bloat _,
                    TableStimulus.ColdScan _,
                    TableStimulus.DiskFill _,
                    TableStimulus.RowFlood _ -> true;
            case SessionStimulus _, TableStimulus _, ServerStimulus _, MonitoringStimulus _, ClusterStimulus _ -> false;
        };
    }
}
