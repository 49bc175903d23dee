package dev.tocsin.stress;

import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
        var place = place(vertx, target, around, application, bound);
        try {
            var lacking = lacking(place, target, recipe);
            if (!lacking.isEmpty()) {
                throw new StressException(lacking.stream()
                        .map(unmet -> unmet.what() + ": " + unmet.mend())
                        .collect(Collectors.joining("; ")));
            }
            return new RecipeDriver(
                    vertx, target, recipe, place, new Undo.Clear(name, application, recipe.leaves(place)));
        } catch (StressException | RuntimeException e) {
            place.close();
            throw e;
        }
    }

    static Workplace place(Vertx vertx, PostgresTarget target, Surroundings around, String application, Duration bound)
            throws StressException, InterruptedException {
        Server.Limits limits;
        try (var server = Server.connect(vertx, target, Duration.ZERO)) {
            limits = server.limits();
        }
        var control = Sql.open(vertx, target.control());
        return new Workplace(vertx, target, around, application, bound, control, limits);
    }

    /** What stands against a recipe here and now: first what the role lacks, then what the server does not offer. */
    static List<Sight.Unmet> unmet(Workplace place, PostgresTarget target, Recipe recipe) {
        try {
            var lacking = lacking(place, target, recipe);
            if (lacking.isEmpty()) {
                var _ = recipe.leaves(place); // refuses, if it must; what it would leave is asked again when it is due
            }
            return lacking;
        } catch (StressException e) {
            return List.of(new Sight.Unmet(e.why(), e.mend().orElse("see docs/stimuli")));
        }
    }

    /** What the role lacks, each with the statement that grants it. */
    private static List<Sight.Unmet> lacking(Workplace place, PostgresTarget target, Recipe recipe)
            throws StressException {
        var version = place.limits().version();
        var lacking = new ArrayList<Sight.Unmet>();
        for (var right : recipe.needs()) {
            if (!place.control().truth(right.test(version))) {
                lacking.add(new Sight.Unmet(
                        "the role " + target.user() + " lacks " + right.what(), right.mend(target, version)));
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
