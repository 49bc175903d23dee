package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A load that is on while other stimuli come and go, and that a lull may interrupt. */
public final class BackgroundLoad implements Prepared {
    private final Prepared load;
    private Optional<Held> held = Optional.empty();

    public BackgroundLoad(Prepared load) {
        this.load = load;
    }

    @Override
    public Undo undo() {
        return load.undo();
    }

    @Override
    public Held apply(Progress progress) throws StressException, InterruptedException {
        var effect = begin(progress);
        return new Held() {
            @Override
            public Effect effect() {
                return effect;
            }

            @Override
            public Effect release() throws StressException, InterruptedException {
                return end();
            }
        };
    }

    /** Readies an interruption of it. Should Tocsin die, the load has ended as well, and its undo is all there is to do. */
    public Prepared lull() {
        return new Lull(this);
    }

    @Override
    public void close() {
        load.close();
    }

    private synchronized Effect begin(Progress progress) throws StressException, InterruptedException {
        var begun = load.apply(progress);
        held = Optional.of(begun);
        return begun.effect();
    }

    private synchronized Effect end() throws StressException, InterruptedException {
        var ending = held.orElseThrow(() -> new StressException("the load is interrupted already"));
        held = Optional.empty();
        return ending.release();
    }

    /** The load is off while this is on. */
    private record Lull(BackgroundLoad load) implements Prepared {
        @Override
        public Undo undo() {
            return load.undo();
        }

        @Override
        public boolean undoReleases() {
            return false;
        }

        @Override
        public Held apply(Progress progress) throws StressException, InterruptedException {
            return new Interrupted(load, progress, quiet(load.end()));
        }

        /** The release of the load was verified, so none of its sessions is left. */
        private static Effect.Measured quiet(Effect released) {
            var figures = new ArrayList<Effect.Figure>();
            if (released instanceof Effect.Cleared(var done, int ended, var _, var _)) {
                figures.addAll(done);
                figures.add(new Effect.Figure("sessions ended", ended));
            } else if (released instanceof Effect.SessionsGone(int ended, var _)) {
                figures.add(new Effect.Figure("sessions ended", ended));
            }
            figures.add(new Effect.Figure("sessions of the load left", 0));
            return new Effect.Measured(List.copyOf(figures));
        }

        /** What was held open belongs to the load. */
        @Override
        public void close() {}
    }

    private record Interrupted(BackgroundLoad load, Progress progress, Effect effect) implements Held {
        @Override
        public Effect release() throws StressException, InterruptedException {
            return load.begin(progress);
        }
    }
}
