package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.ServerStimulus.SubscriptionFailure;
import java.util.List;

/**
 * Subscribes a scratch table to itself, and lets that fail: by disabling it, or because each row that is replicated is there
 * already.
 */
record SubscriptionFailureRecipe(SubscriptionFailure failure) implements Recipe {
    /** The first version in which anybody but a superuser can make a subscription. */
    private static final int SUBSCRIBERS = 160_000;

    private static final String SERVER = """
            SELECT current_setting('wal_level'),
                   current_setting('max_replication_slots')::int - (SELECT count(*)::int FROM pg_replication_slots),
                   current_setting('max_wal_senders')::int - (SELECT count(*)::int FROM pg_stat_replication),
                   current_setting('max_logical_replication_workers')::int
                       - (SELECT count(*)::int FROM pg_stat_subscription WHERE pid IS NOT NULL),
                   coalesce(host(inet_server_addr()), ''),
                   coalesce(inet_server_port(), current_setting('port')::int)
            """;

    private static final String WORKERS =
            "SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL AND subname = ";
    private static final String ERRORS =
            "SELECT coalesce(sum(apply_error_count), 0)::bigint FROM pg_stat_subscription_stats WHERE subname = ";

    @Override
    public List<Privilege> needs() {
        return List.of(
                Privilege.createSchema(),
                Privilege.replication(),
                new Privilege(
                        "membership in pg_create_subscription",
                        "SELECT pg_has_role('pg_create_subscription', 'usage')",
                        "GRANT pg_create_subscription TO ROLE",
                        SUBSCRIBERS));
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var server = place.control().rows(SERVER).getFirst();
        if (!server.getString(0).equals("logical")) {
            throw new StressException(
                    "wal_level is " + server.getString(0) + ", and a subscription needs logical",
                    "set wal_level = logical and restart the server");
        }
        free("max_replication_slots", server.getInteger(1));
        free("max_wal_senders", server.getInteger(2));
        free("max_logical_replication_workers", server.getInteger(3));
        return List.of(new Leftover.Subscription(place.unique(), place.unique(), place.unique()), place.leftSchema());
    }

    private static void free(String setting, int left) throws StressException {
        if (left < 1) {
            throw new StressException("all that " + setting + " allows are taken", "raise it and restart the server");
        }
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var session = place.session();
        var name = Sql.quoted(place.unique());
        place.createSchema();
        place.control().run("CREATE TABLE " + place.table("replicated") + " (i int PRIMARY KEY)");
        place.control().run("CREATE PUBLICATION " + name + " FOR TABLE " + place.table("replicated"));
        // Made by hand: on one server CREATE SUBSCRIPTION would wait for its own transaction to end.
        var _ = session.rows("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", place.unique());
        session.runHidden(
                "CREATE SUBSCRIPTION " + name + " CONNECTION " + Sql.literal(conninfo(place)) + " PUBLICATION " + name
                        + " WITH (create_slot = false, copy_data = false)",
                "CREATE SUBSCRIPTION " + name);
        progress.report("the subscription is made, waiting for its worker");
        return failure.conflict() ? conflict(place, progress) : disable(place, progress, name);
    }

    private Effect.Measured conflict(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.control().run("INSERT INTO " + place.table("replicated") + " VALUES (1)");
        var errors = place.await(progress, ERRORS + Sql.literal(place.unique()), seen -> seen >= 1);
        return new Effect.Measured(List.of(new Effect.Figure("errors of the apply worker so far", errors)));
    }

    private Effect.Measured disable(Workplace place, Progress progress, String name)
            throws StressException, InterruptedException {
        place.await(progress, WORKERS + Sql.literal(place.unique()), seen -> seen == 1);
        place.control().run("ALTER SUBSCRIPTION " + name + " DISABLE");
        place.await(progress, WORKERS + Sql.literal(place.unique()), seen -> seen == 0);
        return new Effect.Measured(List.of(new Effect.Figure("subscription disabled, which had a worker before", 1)));
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        return failure.conflict()
                ? List.of(new Effect.Figure(
                        "errors of the apply worker", place.control().number(ERRORS + Sql.literal(place.unique()))))
                : List.of();
    }

    /** As the server itself connects, which may know its address by another name than Tocsin does. */
    private static String conninfo(Workplace place) throws StressException {
        var server = place.control().rows(SERVER).getFirst();
        return place.conninfo(server.getString(4), server.getInteger(5));
    }
}
