package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.ServerStimulus.UnusedSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes a replication slot, writes behind it, and leaves it alone. */
record UnusedSlotRecipe(UnusedSlot slot) implements Recipe {
    /** Each of these keeps one transaction id for itself and commits. */
    private static final int IDS_AT_ONCE = 20_000;

    /** Vacuum is kept from cleaning the catalogs for so many ids, and every one of them is used up for good. */
    private static final int MOST_IDS = 1_000_000;

    private static final int BYTES_AT_ONCE = 4 << 20;
    private static final Duration PACE = Duration.ofMillis(100);

    private static final String SERVER = """
            SELECT current_setting('wal_level'),
                   current_setting('max_replication_slots')::int,
                   (SELECT count(*)::int FROM pg_replication_slots),
                   pg_size_bytes(current_setting('max_wal_size')),
                   CASE current_setting('max_slot_wal_keep_size') WHEN '-1' THEN NULL
                       ELSE pg_size_bytes(current_setting('max_slot_wal_keep_size')) END
            """;

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.replication());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var server = place.control().rows(SERVER).getFirst();
        if (slot.logical() && !server.getString(0).equals("logical")) {
            throw new StressException(
                    "wal_level is " + server.getString(0) + ", and a logical slot needs logical",
                    "set wal_level = logical and restart the server, or set logical: false");
        }
        if (server.getInteger(2) >= server.getInteger(1)) {
            throw new StressException(
                    "all %d replication slots of the server are taken".formatted(server.getInteger(1)),
                    "raise max_replication_slots and restart the server, or drop a slot that nobody needs");
        }
        if (slot.retain().bytes() > server.getLong(3)) {
            throw new StressException(
                    "a slot that keeps " + slot.retain() + " would keep more than max_wal_size, and the disk may not be"
                            + " made for that",
                    "set retain to at most " + new ByteSize(server.getLong(3)));
        }
        if (server.getLong(4) != null && slot.retain().bytes() > server.getLong(4)) {
            throw new StressException(
                    "the server gives a slot up that keeps more than its max_slot_wal_keep_size, "
                            + new ByteSize(server.getLong(4)),
                    "set retain lower than that");
        }
        if (slot.transactions() > MOST_IDS) {
            throw new StressException(
                    slot.transactions() + " transaction ids are used up for good",
                    "set transactions to at most " + MOST_IDS);
        }
        return List.of(new Leftover.Slot(place.unique()));
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var session = place.session();
        // A logical slot waits for transactions that run; its own session can be ended, the control session may not.
        var _ = session.rows(
                slot.logical()
                        ? "SELECT pg_create_logical_replication_slot($1, 'pgoutput')"
                        : "SELECT pg_create_physical_replication_slot($1, true)",
                place.unique());
        for (var left = slot.logical() ? slot.transactions() : 0;
                left > 0 && !progress.stopped();
                left -= IDS_AT_ONCE) {
            session.run("DO $$ BEGIN FOR i IN 1.." + Math.min(left, IDS_AT_ONCE)
                    + " LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
            progress.report(left + " transaction ids to go");
        }
        for (var kept = kept(place); kept < slot.retain().bytes() && !progress.stopped(); kept = kept(place)) {
            Wal.write(session, Math.min(BYTES_AT_ONCE, slot.retain().bytes() - kept));
            Thread.sleep(PACE);
        }
        return new Effect.Measured(figures(place));
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        return figures(place);
    }

    private List<Effect.Figure> figures(Workplace place) throws StressException {
        var figures = new ArrayList<Effect.Figure>();
        figures.add(new Effect.Figure("kB of WAL kept for the slot", kept(place) / 1024));
        if (slot.logical()) {
            figures.add(new Effect.Figure("transaction ids held back", ofSlot(place, "age(catalog_xmin)")));
        }
        return figures;
    }

    private static long kept(Workplace place) throws StressException {
        return ofSlot(place, "pg_wal_lsn_diff(pg_current_wal_insert_lsn(), restart_lsn)::bigint");
    }

    private static long ofSlot(Workplace place, String what) throws StressException {
        var seen = place.control()
                .number(
                        "SELECT coalesce((SELECT " + what + " FROM pg_replication_slots WHERE slot_name = $1"
                                + " AND NOT active), -1)::bigint",
                        place.unique());
        if (seen < 0) {
            throw new StressException(
                    "somebody uses, dropped or gave up the slot " + place.unique() + "; look in pg_replication_slots");
        }
        return seen;
    }
}
