package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/** Carries out a recipe: refuses what is not allowed, journals what it leaves, takes it back. */
record RecipeDriver(Vertx vertx, PostgresTarget target, Recipe recipe, Workplace place, Undo.Clear undo)
        implements Prepared {

    static RecipeDriver prepare(
            Vertx vertx,
            PostgresTarget target,
            Surroundings around,
            Recipe recipe,
            String name,
            String application,
            Duration bound)
            throws StressException, InterruptedException {
        Server.Limits limits;
        try (var server = Server.connect(vertx, target, Duration.ZERO)) {
            limits = server.limits();
        }
        var control = Sql.open(vertx, target.control());
        var place = new Workplace(vertx, target, around, application, bound, control, limits);
        try {
            var lacking = lacking(control, target, recipe);
            if (!lacking.isEmpty()) {
                throw new StressException(String.join("; ", lacking));
            }
            return new RecipeDriver(
                    vertx, target, recipe, place, new Undo.Clear(name, application, recipe.leaves(place)));
        } catch (StressException | RuntimeException e) {
            place.close();
            throw e;
        }
    }

    /** What the role lacks, each with the statement that grants it. */
    static List<String> lacking(Sql control, PostgresTarget target, Recipe recipe) throws StressException {
        var lacking = new java.util.ArrayList<String>();
        for (var right : recipe.needs()) {
            if (!control.truth(right.test())) {
                lacking.add(
                        "the role " + target.user() + " lacks " + right.what() + ": " + right.grantTo(target.user()));
            }
        }
        return lacking;
    }

    @Override
    public Held apply(Progress progress) throws StressException, InterruptedException {
        try {
            return new Applied(this, recipe.apply(place, progress));
        } catch (StressException | InterruptedException | RuntimeException e) {
            place.closeSessions();
            throw e;
        }
    }

    @Override
    public void close() {
        place.close();
    }

    /** A recipe in effect. */
    private record Applied(RecipeDriver driver, Effect effect) implements Held {
        @Override
        public Effect release() throws StressException, InterruptedException {
            var broken = driver.place.brokenLoad();
            var figures = driver.recipe.total(driver.place);
            var ended = driver.place.closeSessions();
            var cleared =
                    new Clearing(driver.vertx, driver.target, driver.place.around()).clear(driver.undo, Duration.ZERO);
            if (broken.isPresent()) {
                throw new StressException("it did not go on until the end: " + broken.get());
            }
            return new Effect.Cleared(figures, ended, cleared.terminated(), cleared.takenBack());
        }
    }
}
