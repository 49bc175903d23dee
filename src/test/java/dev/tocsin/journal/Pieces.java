package dev.tocsin.journal;

import dev.tocsin.domain.run.Recorded;
import java.util.ArrayList;
import java.util.List;

/** Pieces of a journal made from facts that a test wrote down. */
public final class Pieces {
    private Pieces() {}

    /** Chained entries of these facts, as if they were a whole journal. */
    public static List<Entry> of(List<Recorded> facts) {
        var entries = new ArrayList<Entry>();
        var previous = Entry.GENESIS;
        for (var recorded : facts) {
            var entry = Entry.write(recorded, previous);
            entries.add(entry);
            previous = entry.hash();
        }
        return entries;
    }
}
