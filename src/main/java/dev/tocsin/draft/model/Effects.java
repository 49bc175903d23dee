package dev.tocsin.draft.model;

import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.MonitoringStimulus;
import dev.tocsin.domain.scenario.ServerStimulus;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.TableStimulus;

/** What each stimulus does to a server: the catalogue of stimuli as a model, so that its effect can be foreseen. */
final class Effects {
    /** How long a node takes, in seconds. */
    private static final double BOOT = 60;

    private Effects() {}

    /** Changes the state at a moment as the stimulus does; a lull takes away a background load. */
    static void apply(Stimulus stimulus, State state, Course course) {
        switch (stimulus) {
            case SessionStimulus session -> SessionEffects.apply(session, state, course);
            case TableStimulus table -> TableEffects.apply(table, state, course);
            case ServerStimulus server -> ServerEffects.apply(server, state, course);
            case MonitoringStimulus monitoring -> monitoring(monitoring, state, course);
            case ClusterStimulus cluster -> cluster(cluster, state, course);
        }
    }

    private static void monitoring(MonitoringStimulus stimulus, State state, Course course) {
        if (!course.active()) {
            return;
        }
        switch (stimulus) {
            case MonitoringStimulus.ExporterLockout _ -> state.exporter.connected = false;
            case MonitoringStimulus.ExporterQueryFailure failure -> state.exporter.missing.add(failure.relation());
            case MonitoringStimulus.ExporterSlowdown slow ->
                state.exporter.duration += slow.delay().toMillis() / 1000.0;
            case MonitoringStimulus.NetworkIsolation isolation -> {
                switch (isolation.of()) {
                    case DATABASE -> state.exporter.connected = false;
                    case EXPORTER -> state.exporter.scraped = false;
                }
            }
        }
    }

    /** Nothing takes a restart back, so what follows it does not depend on the release. */
    private static void cluster(ClusterStimulus stimulus, State state, Course course) {
        if (course.at() < 0) {
            return;
        }
        switch (stimulus) {
            case ClusterStimulus.PodKill kill ->
                restarted(state, course, 5, kill.gracePeriod().isZero());
            case ClusterStimulus.NodeRestart _ -> {
                restarted(state, course, BOOT, true);
                state.exporter.scraped = course.at() >= BOOT;
                state.booted = course.at() < BOOT ? state.booted : State.EPOCH + BOOT / 2;
            }
        }
    }

    private static void restarted(State state, Course course, double after, boolean crashed) {
        if (course.at() < after) {
            state.exporter.connected = false;
            return;
        }
        state.started = State.EPOCH + after;
        state.requestedCheckpoints += 1;
        if (crashed) {
            var before = State.atRest(state.world, after);
            state.counters
                    .keySet()
                    .forEach(database -> state.reset(database, before.counters(database), state.started));
            state.requestedCheckpoints = 1;
            state.timedCheckpoints = 0;
        }
    }
}
