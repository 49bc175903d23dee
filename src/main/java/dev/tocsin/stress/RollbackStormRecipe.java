package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.RollbackStorm;
import java.util.List;

/** Rolls transactions back. Each reads a table: a session that touches none tells its counters only when it ends. */
record RollbackStormRecipe(RollbackStorm storm) implements Recipe {
    private static final String ROLLED_BACK =
            "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";

    /** Enough to be told from what others roll back. */
    private static final int FULL_EFFECT = 50;

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) {
        return List.of(place.leftSchema());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.createSchema();
        place.control().run("CREATE TABLE " + place.table("canary") + " AS SELECT 1 AS ok");
        var before = place.control().number(ROLLED_BACK);
        var sql = "BEGIN; SELECT count(*) FROM " + place.table("canary") + "; ROLLBACK";
        place.load(storm.sessions(), storm.rate(), session -> session.run(sql));
        var counted = place.await(progress, ROLLED_BACK, seen -> seen >= before + FULL_EFFECT);
        return new Effect.Measured(List.of(new Effect.Figure("transactions rolled back so far", counted - before)));
    }
}
