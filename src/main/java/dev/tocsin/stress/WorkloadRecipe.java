package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.Workload;
import java.util.ArrayList;
import java.util.List;

/** Sessions in one or several databases that commit transactions with an id and are idle in between. */
record WorkloadRecipe(Workload workload) implements Recipe {
    /** Each takes an id, and ids are what a server must clean up after. */
    private static final int MOST = 5_000;

    @Override
    public List<Privilege> needs() {
        return workload.databases().stream().map(Privilege::connect).toList();
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var databases = databases(place);
        for (var database : databases) {
            if (!place.control()
                    .truth("SELECT count(*) = 1 FROM pg_database WHERE datallowconn AND datname = $1", database)) {
                throw new StressException("there is no database " + database + " that lets anybody in");
            }
        }
        var all = (long) workload.rate() * databases.size();
        if (all > MOST) {
            throw new StressException("rate %d in %d databases uses up %d transaction ids a second, at most %d are used"
                    .formatted(workload.rate(), databases.size(), all, MOST));
        }
        SlotBound.beside(place, workload.sessions() * databases.size());
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var commits = new Commits(workload.rate(), workload.sessions(), true);
        for (var database : databases(place)) {
            var sessions = new ArrayList<Sql>();
            for (var i = 0; i < workload.sessions() && !progress.stopped(); i++) {
                sessions.add(place.sessionIn(database));
            }
            if (!sessions.isEmpty()) {
                place.load(sessions, commits.statementsPerSecond(), commits::once);
            }
        }
        var figures = new ArrayList<Effect.Figure>();
        for (var database : databases(place)) {
            figures.add(new Effect.Figure(
                    "sessions in " + database,
                    place.control().number(place.ours() + " AND datname = " + Sql.literal(database))));
            figures.add(new Effect.Figure(
                    "commits a second in " + database,
                    Rate.await(place, progress, "commits in " + database, Commits.counter(database), workload.rate())));
        }
        return new Effect.Measured(figures);
    }

    private List<String> databases(Workplace place) {
        return workload.databases().isEmpty() ? List.of(place.database()) : workload.databases();
    }
}
