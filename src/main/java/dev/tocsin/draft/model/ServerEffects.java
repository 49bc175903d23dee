package dev.tocsin.draft.model;

import dev.tocsin.domain.scenario.ServerStimulus;
import java.util.Optional;

/** What a server as a whole, and its standby, look like from outside. */
final class ServerEffects {
    private static final double SEGMENT = 16 * 1024 * 1024;

    private ServerEffects() {}

    static void apply(ServerStimulus stimulus, State state, Course course) {
        var elapsed = course.elapsed();
        switch (stimulus) {
            case ServerStimulus.WalBurst burst -> state.wal += burst.rate().bytes() * elapsed;
            case ServerStimulus.CheckpointStorm storm ->
                state.requestedCheckpoints +=
                        Math.floor(elapsed * 1000 / Math.max(1, storm.every().toMillis()));
            case ServerStimulus.ArchiverFailure failure -> archiver(failure, state, course);
            case ServerStimulus.UnusedSlot slot -> slot(slot, state, course);
            case ServerStimulus.SettingChange change -> {
                if (course.active()) {
                    change(change, state);
                }
            }
            case ServerStimulus.ReplayPause pause -> {
                if (course.active()) {
                    state.standby.paused = true;
                    state.standby.replayed = state.wal;
                    state.standby.sent = state.wal + pause.rate().bytes() * elapsed;
                    state.standby.replayedAt = State.EPOCH;
                }
                state.wal += pause.rate().bytes() * elapsed;
                state.ours().commits += elapsed;
                state.xid += elapsed;
            }
            case ServerStimulus.StandbyDetach _ -> {
                if (course.active()) {
                    detached(state);
                }
            }
            case ServerStimulus.StandbyPromotion _ -> {
                if (course.active()) {
                    detached(state);
                    state.standby.recovers = false;
                } else if (course.released() && course.sinceRelease() < 10) {
                    state.standby.connected = false; // it is made anew
                }
            }
            case ServerStimulus.SubscriptionFailure failure -> {
                if (course.active()) {
                    state.subscriptions.add(new State.Subscription(
                            "tocsin", failure.conflict(), false, failure.conflict() ? Math.floor(elapsed / 5) : 0));
                    state.slots.add(new State.Slot("tocsin_subscription", true, false, state.wal, state.xid));
                }
            }
        }
    }

    private static void detached(State state) {
        state.standby.connected = false;
        state.standby.replayedAt = State.EPOCH;
        state.slots.replaceAll(
                slot -> slot.active() ? new State.Slot(slot.name(), false, false, slot.restart(), 0) : slot);
    }

    private static void archiver(ServerStimulus.ArchiverFailure failure, State state, Course course) {
        var elapsed = course.elapsed();
        state.wal += Math.min(failure.segments(), elapsed) * SEGMENT;
        // It tries three times, a second apart, and again a minute later.
        var tries = Math.min(3, Math.floor(elapsed)) + 3 * Math.floor(elapsed / 62);
        state.archiveFailures += tries;
        if (tries > 0) {
            state.lastArchiveFailure = State.EPOCH + elapsed;
        }
        if (course.active()) {
            state.archiveWaiting = Math.min(failure.segments(), Math.floor(elapsed));
        } else if (course.released()) {
            state.archived += failure.segments();
            state.lastArchived = State.EPOCH + course.release() + 1;
        }
    }

    private static void slot(ServerStimulus.UnusedSlot slot, State state, Course course) {
        var start = state.wal;
        var used = Math.min(slot.transactions(), course.elapsed() * 100_000);
        state.xid += used;
        var written = Math.min(slot.retain().bytes(), course.elapsed() * 20e6);
        state.wal += written;
        if (course.active()) {
            state.slots.add(new State.Slot(
                    slot.logical() ? "tocsin_logical" : "tocsin", slot.logical(), false, start, state.xid - used));
        }
    }

    private static void change(ServerStimulus.SettingChange change, State state) {
        var known = state.settings.all().get(change.name());
        if (change.name().equals("shared_buffers")) {
            state.pending = Optional.of(change.name()); // only a restart takes it over
            return;
        }
        var value = SettingValues.inUnit(change.value(), known == null ? "" : known.unit());
        state.settings = state.settings.with(change.name(), value);
    }
}
