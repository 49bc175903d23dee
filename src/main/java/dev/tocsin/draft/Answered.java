package dev.tocsin.draft;

import dev.tocsin.draft.model.Course;
import dev.tocsin.draft.model.Server;
import dev.tocsin.draft.model.World;
import dev.tocsin.draft.sql.Row;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Servers of the model that were asked already: each rule is tried on the same stimuli at the same moments. How much is kept
 * goes by what they hold, for a server with a thousand sessions weighs as much as a hundred others.
 *
 * @param <Q> a query
 */
final class Answered<Q> {
    /** How many values are kept, in all rows together; a hundred bytes each. */
    static final int MOST = 1_500_000;

    private final Map<Moment, Answers<Q>> all = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Moment, Integer> weights = new LinkedHashMap<>();
    private int held;

    /** A server of the model at a moment. */
    record Moment(World world, Server.Stress stress, Course course, Server.Role role) {}

    /** A server, and what each query gave on it. */
    record Answers<Q>(Server server, Map<Q, List<Row>> rows) {
        Answers(Server server) {
            this(server, new IdentityHashMap<>());
        }

        private int weight() {
            return server.held()
                    + rows.values().stream()
                            .flatMap(List::stream)
                            .mapToInt(row -> row.columns().size())
                            .sum();
        }
    }

    Answers<Q> at(Moment moment) {
        return all.computeIfAbsent(
                moment, _ -> new Answers<>(Server.at(moment.world(), moment.stress(), moment.course(), moment.role())));
    }

    /** Forgets those that were asked longest ago, until what is kept is little enough; to be called when one was asked. */
    void trim(Moment asked) {
        var weight = Optional.ofNullable(all.get(asked)).map(Answers::weight).orElse(0);
        var before = weights.put(asked, weight);
        held += weight - (before == null ? 0 : before);
        for (var eldest = all.entrySet().iterator(); held > MOST && eldest.hasNext(); ) {
            var moment = eldest.next().getKey();
            held -= weights.getOrDefault(moment, 0);
            weights.remove(moment);
            eldest.remove();
        }
    }

    int held() {
        return held;
    }
}
